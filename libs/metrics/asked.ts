// Entities that a question already names say nothing about what an answer knows.

import { isFunctionWord, words } from './lexical/words.js';

const significant = (text: string): string[] =>
  words(text)
    .map((word) => word.toLowerCase())
    .filter((word) => !isFunctionWord(word));

/** Drops entities that share a word with the question, grammar apart. */
export function dropAsked(entities: readonly string[], question: string): string[] {
  const asked = new Set(significant(question));
  return entities.filter((entity) => !significant(entity).some((word) => asked.has(word)));
}
