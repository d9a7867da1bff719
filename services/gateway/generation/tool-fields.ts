// Fields of a chat that offer tools, and say whether they must be asked.

import { z } from 'zod';
import type { ToolUse } from '#contracts/generated/lethe/inference/v1/ToolUse.js';
import { identifier } from './form-fields.js';
import { jsonObject } from './json-object.js';

export const FUNCTION = 'must be function';
/** As OpenAI's. */
export const mostTools = 128;

const tool = z.strictObject({
  type: z.literal('function', FUNCTION),
  function: z.strictObject({
    name: identifier,
    description: z.string().nullish(),
    parameters: jsonObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const named = z.strictObject({
  type: z.literal('function', FUNCTION),
  function: z.strictObject({ name: identifier }),
});

export const toolFields = {
  tools: z.array(tool).max(mostTools, `must be at most ${mostTools} tools`).nullish(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), named], 'must be none, auto, required or a tool')
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
};

export type AskedTools = z.infer<z.ZodObject<typeof toolFields>>;

/** What tools a conversation has. @returns undefined where it has none. */
export function toolUseOf(body: AskedTools): ToolUse | undefined {
  const { tools, tool_choice: asked, parallel_tool_calls: parallel } = body;
  if (!tools?.length) return undefined;
  const chosen = typeof asked === 'object' ? asked?.function.name : undefined;
  return {
    tools: tools.map(({ function: { name: called, description, parameters } }) => ({
      name: called,
      definition: JSON.stringify({
        name: called,
        ...(description ? { description } : {}),
        parameters: parameters ?? { type: 'object', properties: {} },
      }),
    })),
    choice: chosen === undefined ? ((asked as string | null | undefined) ?? 'auto') : 'required',
    name: chosen,
    single: parallel === false,
  };
}

export function toolProblems(body: AskedTools): [field: string, message: string][] {
  const names = (body.tools ?? []).map(({ function: { name: called } }) => called);
  const twice = names.findIndex((called, i) => names.indexOf(called) !== i);
  const { tool_choice: asked } = body;
  const problems: [boolean, string, string][] = [
    [twice >= 0, `tools.${twice}.function.name`, 'must not be the name of another tool'],
    [
      names.length === 0 && Boolean(asked) && asked !== 'none' && asked !== 'auto',
      'tool_choice',
      'must come with tools',
    ],
    [
      names.length > 0 && typeof asked === 'object' && !names.includes(asked?.function.name ?? ''),
      'tool_choice.function.name',
      'must be the name of one of the tools',
    ],
  ];
  return problems.flatMap(([isWrong, field, message]) => (isWrong ? [[field, message]] : []));
}
