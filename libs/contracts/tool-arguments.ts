// Arguments of a tool call: a text of JSON in OpenAI's API, an object to a chat template.

/** Deeper than any tool asks for: what is written back is walked through. */
const MAX_DEPTH = 32;

export const TOOL_ARGUMENTS = `must be a JSON object, at most ${MAX_DEPTH} deep, of numbers that are exact`;

/** @returns undefined for what is not TOOL_ARGUMENTS; no text is no arguments. */
export function parseToolArguments(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && isKept(value, MAX_DEPTH) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the value is the same once it is written as JSON again. */
function isKept(value: unknown, depth: number): boolean {
  if (typeof value === 'number')
    return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isKept(inner, depth - 1));
}
