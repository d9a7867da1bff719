// Whom or what a question is about, by the names in it.

import { first, last } from '#collections/items.js';
import { specificEntities } from '#metrics/lexical/specific-entities.js';

/** As the question writes them, in its order. */
export const subjectsOf = (question: string): string[] =>
  specificEntities(question)
    .filter(({ kind }) => kind === 'name')
    .map(({ text }) => text);

/**
 * The same told of another: its name, the name's first and last word by themselves, and both within
 * addresses.
 */
export function retold(text: string, from: string, to: string): string {
  const [old, other] = [from.split(' '), to.split(' ')];
  const spellings = new Map([
    [first(old), first(other)],
    [last(old), last(other)],
  ]);
  const small = new Map([...spellings].map(([a, b]) => [a.toLowerCase(), b.toLowerCase()]));
  return text
    .split(from)
    .map((part) =>
      part.replaceAll(/\S+/gu, (token) => {
        const known = token.includes('@') ? small : spellings;
        return token.replaceAll(/[\p{L}\p{M}]+/gu, (word) => known.get(word) ?? word);
      }),
    )
    .join(to);
}
