// What a call says of its answer's form: as it is written, or as tools that have to be asked.

import type { Form__Output } from '#contracts/generated/lethe/inference/v1/Form.js';
import type { ToolUse__Output } from '#contracts/generated/lethe/inference/v1/ToolUse.js';
import { compile, type FormSource, formOf } from '#generation/constraints/compile.js';
import type { Form } from '#generation/constraints/form.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import { type FamilyName, familyNameOf, toolFamilies } from './tools/tool-family.js';
import { toolGrammar } from './tools/tool-grammar.js';
import { mostOf, toolsOf } from './tools/tool-use.js';

export interface FormAsked {
  readonly form: Form__Output | null;
  readonly toolUse: ToolUse__Output | null;
  /** What the chat template puts before the answer. */
  readonly lead: string;
  /** Whether the answer goes on in the midst of the prompt's text. */
  readonly continues: boolean;
}

export interface AnswerForm {
  /** Absent: any text. */
  readonly form?: Form;
  /** How the model writes calls of tools; absent where it is not to call any. */
  readonly family?: FamilyName;
  /** Whether control tokens are among what calls are written with. */
  readonly spellsSpecial?: boolean;
}

const CHOICES = ['none', 'auto', 'required'];

/** @throws FormError, InvalidRequestError */
export function answerForm(tokenizer: Tokenizer, asked: FormAsked): AnswerForm {
  const { form, toolUse, lead, continues } = asked;
  const start = { lead, dropsSpace: !continues && tokenizer.dropsSpace };
  const source = form && sourceOf(form);
  if (toolUse && !CHOICES.includes(toolUse.choice))
    throw new InvalidRequestError(`tool_choice: expected one of ${CHOICES.join(', ')}`);
  if (!toolUse || toolUse.choice === 'none') return source ? { form: compile(source, start) } : {};
  if (source) throw new InvalidRequestError('form: expected none where tools may be asked');
  const family = familyNameOf(tokenizer.chatTemplate);
  const isControl = (mark: string): boolean => [...tokenizer.controls.values()].includes(mark);
  const spellsSpecial = family !== undefined && isControl(toolFamilies[family].mark);
  if (toolUse.choice === 'auto') return family ? { family, spellsSpecial } : {};
  if (!family)
    throw new InvalidRequestError(
      'tool_choice: expected none or auto: how this model asks tools is not known',
    );
  const tools = toolsOf(toolUse).filter(({ function: { name } }) => namedBy(toolUse, name));
  if (tools.length === 0)
    throw new InvalidRequestError('tool_choice: expected the name of one of the tools');
  const most = mostOf(toolUse);
  const read = () => toolGrammar({ family: toolFamilies[family], tools, most, isControl });
  return { form: formOf(read, [family, tools, most], start), family, spellsSpecial };
}

const namedBy = ({ name }: ToolUse__Output, tool: string): boolean => name === '' || name === tool;

function sourceOf(form: Form__Output): FormSource {
  switch (form.form) {
    case 'jsonSchema':
      return { kind: 'schema', schema: form.jsonSchema ?? '' };
    case 'regex':
      return { kind: 'regex', pattern: form.regex ?? '' };
    case 'choice':
      return { kind: 'choice', texts: form.choice?.texts ?? [] };
    case 'grammar':
      return { kind: 'grammar', grammar: form.grammar ?? '' };
    case 'jsonObject':
      return { kind: 'object' };
    default:
      throw new InvalidRequestError('form: expected a schema, a pattern, a choice or a grammar');
  }
}
