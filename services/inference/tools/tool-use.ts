// The tools that a conversation brings, checked.

import type { ToolUse__Output } from '#contracts/generated/lethe/inference/v1/ToolUse.js';
import type { Tool } from '#models/types.js';
import { InvalidRequestError } from '../errors/invalid-request.error.js';

/** Calls that are wanted of one answer. */
export const mostOf = ({ single, name }: ToolUse__Output): number =>
  single || name !== '' ? 1 : Infinity;

/** @throws InvalidRequestError naming the field. */
export function toolsOf(use: ToolUse__Output | null | undefined): Tool[] {
  return (use?.tools ?? []).map(({ name, definition }, i) => {
    const parsed = definitionOf(definition);
    if (name === '' || parsed?.['name'] !== name)
      throw new InvalidRequestError(
        `tools[${i}]: expected a name, and as its definition a JSON object of that name`,
      );
    return { type: 'function', function: parsed as unknown as Tool['function'] };
  });
}

function definitionOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
