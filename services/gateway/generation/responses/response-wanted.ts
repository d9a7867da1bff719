// What a response asks, in the terms of chat.

import { ApiError } from '../../http/api.error.js';
import type { NamedForm } from '../form-fields.js';
import { type AskedForm, formsOf } from '../form-fields.js';
import type { Shown } from '../images/said.js';
import { ungroundableIn } from '../knowledge/ungroundable.js';
import { samplingOf } from '../sampling.js';
import { byText } from '../token-name.js';
import { type AskedTools, toolProblems, toolUseOf } from '../tool-fields.js';
import type { Wanted } from '../wanted.js';
import { toMessages } from './response-input.js';
import type { ResponseRequest } from './response-request.js';
import { responseWriter } from './response-writer.js';

/** What cannot be asked beside pictures. */
export const unshowableResponse = ({ tools, input }: ResponseRequest): Record<string, unknown> => ({
  tools: tools?.length,
  input: input.some(({ type }) => type !== 'message'),
});

/** @param shown has all pictures. @throws ApiError where fields do not go together */
export function wantedOf(body: ResponseRequest, shown: Shown): Wanted {
  const tools = toolsOf(body);
  const form = formOf(body);
  const [problem] = toolProblems(tools);
  if (problem) throw refused(problem[0].replace('.function', ''), problem[1]);
  const toolUse = toolUseOf(tools) ?? null;
  if (form && toolUse && tools.tool_choice !== 'none')
    throw refused('text.format', 'cannot be combined with tools that may be asked');
  const { model, temperature, top_p } = body;
  const messages = toMessages(body.input, body.instructions, shown);
  return {
    model,
    prompts: [{ chat: { messages, toolUse } }],
    promptField: 'input',
    imageFields: [...shown.keys()],
    form,
    // A request of this kind could not turn a model's own decoding off, nor be told of it.
    sampling: {
      ...samplingOf({ model, temperature, top_p }, body.max_output_tokens ?? 0),
      ownDecoding: false,
    },
    given: 1,
    made: 1,
    logProbs: body.include?.length ? (body.top_logprobs ?? 0) : undefined,
    promptLogProbs: undefined,
    hasIds: false,
    name: byText,
    echo: false,
    continues: true,
    knowledge: body.knowledge ?? undefined,
    ungroundable: ungroundableIn(
      {
        tools: toolUse,
        [form?.field ?? 'text']: form,
        include: body.include?.length,
        [[...shown.keys()][0] ?? 'input']: shown.size,
      },
      'input',
      messages,
    ),
    writer: responseWriter(body),
    stream: body.stream ?? false,
    stays: false,
  };
}

const refused = (field: string, message: string): ApiError =>
  ApiError.invalid(`'${field}' is not valid: ${message}.`, field, 'invalid_value');

/** As chat has it. */
function formOf({ text }: ResponseRequest): NamedForm | undefined {
  const [form] = formsOf(askedForm(text?.format));
  return (
    form && { ...form, field: form.field.includes('schema') ? 'text.format.schema' : 'text.format' }
  );
}

function askedForm(format: NonNullable<ResponseRequest['text']>['format']): AskedForm {
  if (format?.type !== 'json_schema') return { response_format: format };
  const { type, ...rest } = format;
  return { response_format: { type, json_schema: rest } };
}

function toolsOf({ tools, tool_choice: choice, parallel_tool_calls }: ResponseRequest): AskedTools {
  return {
    tools: tools?.map(({ type, ...called }) => ({ type, function: called })),
    tool_choice:
      typeof choice === 'object' && choice
        ? { type: choice.type, function: { name: choice.name } }
        : choice,
    parallel_tool_calls,
  };
}
