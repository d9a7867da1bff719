// What OBO writes beside and inside of values: escapes, quotes, comments, modifiers.

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', W: ' ', t: '\t' };

export const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/gs, (_, character: string) => ESCAPED[character] ?? character);

/** A value without its modifiers (`{...}`) and its comment (`! ...`) at the end. */
export const withoutTrailer = (value: string): string =>
  value
    .replace(/(?<=\s)!\s.*$/s, '')
    .trimEnd()
    .replace(/\s\{[^{}]*\}$/, '')
    .trim();

/** The text in quotes that a value begins with, and what stands after it. */
export function quoted(value: string): { text: string; after: string } | undefined {
  const found = /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(value.trim());
  const [, text, after] = found ?? [];
  return text === undefined || after === undefined ? undefined : { text: unescaped(text), after };
}
