// The form of an answer that has to ask a tool.

import {
  choice,
  type Expression,
  type Grammar,
  repeat,
  sequence,
  text,
  token,
} from '#generation/constraints/expression.js';
import { jsonSchema } from '#generation/constraints/json-schema.js';
import { FormError } from '#generation/errors/form.error.js';
import type { Tool } from '#models/types.js';
import type { ToolFamily } from './tool-family.js';

export interface ToolGrammarOptions {
  readonly family: ToolFamily;
  /** At least one. */
  readonly tools: readonly Tool[];
  /** Calls of one answer. */
  readonly most: number;
  /** Whether a mark is a control token of the model's, rather than text. */
  readonly isControl: (mark: string) => boolean;
}

/** @throws FormError where a tool's parameters cannot be promised. */
export function toolGrammar({ family, tools, most, isControl }: ToolGrammarOptions): Grammar {
  const { mark, open, close, isList, isBare, given } = family;
  const rules = new Map<string, Expression>();
  const calls = tools.map((tool, i) => {
    const { root, rules: own } = parametersOf(tool, `${i}`);
    for (const [name, body] of own) rules.set(name, body);
    const head = `{"name": ${JSON.stringify(tool.function.name)}, "${given}": `;
    return sequence(text(head), root, text('}'));
  });
  const call = choice(...calls);
  const opening = isControl(mark)
    ? sequence(token(mark), text(open.slice(mark.length)))
    : text(open);
  const more = Math.min(most, family.most) - 1;
  const after = (separator: Expression, item: Expression): Expression =>
    repeat(sequence(separator, item), 0, more);
  const wrapped = sequence(opening, call, text(close));
  if (isBare) return { root: call, rules };
  const root = isList
    ? sequence(opening, text('['), call, after(text(', '), call), text(']'))
    : sequence(wrapped, after(text('\n'), wrapped));
  return { root, rules };
}

function parametersOf({ function: { name, parameters } }: Tool, prefix: string): Grammar {
  try {
    return jsonSchema(parameters ?? { type: 'object' }, prefix);
  } catch (error) {
    if (!FormError.isInstance(error)) throw error;
    throw new FormError(`the tool ${JSON.stringify(name)}: ${(error as Error).message}`);
  }
}
