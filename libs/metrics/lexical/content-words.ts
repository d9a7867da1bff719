// Entities of prose without names: the words that carry its facts ("naval officer", "climate
// scientist").

import { MAX_ENTITIES } from '../limits.js';
import { isFunctionWord, isGeneric, isShort, normalWord, words } from './words.js';

/** Where a sentence turns from its fact to comment: relative clauses, participles, "known for". */
const COMMENT =
  /(?:,?["\u201d']? (?:which|whose|whom|where|thanks to|known for|due to)\b|,["\u201d']? (?:\w+ly )?\p{Ll}+ing\b)[^.;!?]*/gu;
/**
 * Asides between commas that set a scene: "As a young student,", ", near the coast", ", a quiet
 * place".
 */
const ASIDE =
  /(?:^|(?<=[.!?] ))(?:As|In|At|For|Since|During|After)\b[^,.]*,|,["\u201d']? (?:near|close|not far|just|a|an|the|in|on|at|for)\b[^,.;!?]*/gu;
const ADVERB = /^\p{Ll}{3,}ly$/u;
/** Participles name no thing; words this short ("seed", "breed") may. */
const PARTICIPLE = /^\p{Ll}{4,}ed$/u;

/** A gold answer cut down to its fact; an aside that holds an entity is part of it. */
export function withoutComment(text: string, entities: readonly string[]): string {
  return text
    .replaceAll(COMMENT, ' ')
    .replaceAll(ASIDE, (aside) =>
      entities.length === 0 || entities.some((entity) => aside.includes(entity)) ? aside : ' ',
    );
}

/** No name has more. */
const LONGEST_NAME = 4;

/**
 * Words that stand beside each other in a text without capitals: they may be a name. None in a
 * text that writes names as such.
 */
export function uncapitalisedNames(text: string): string[] {
  if (/\p{Lu}/u.test(text)) return [];
  const all = words(text).slice(0, MAX_ENTITIES);
  return all.flatMap((_, start) => {
    const near = all.slice(start, start + LONGEST_NAME);
    const end = near.findIndex((word) => isFunctionWord(word) || isShort(word));
    const run = end < 0 ? near : near.slice(0, end);
    return run.slice(1).map((last, i) => [...run.slice(0, i + 1), last].join(' '));
  });
}

/**
 * Content words as written, each stem once.
 * @param asked normal forms of the question's words, which name nothing new.
 * @param skip text of entities found already.
 */
export function contentWords(
  text: string,
  asked: ReadonlySet<string>,
  skip: readonly string[],
): string[] {
  const prose = skip.reduce((rest, entity) => rest.replaceAll(entity, ' '), text);
  const chosen = new Map<string, string>();
  for (const word of words(prose)) {
    const lower = word.toLowerCase();
    const normal = normalWord(word);
    if (isFunctionWord(lower) || isShort(word) || ADVERB.test(lower) || PARTICIPLE.test(lower))
      continue;
    if (isGeneric(normal) || asked.has(normal) || chosen.has(normal)) continue;
    chosen.set(normal, lower);
  }
  return [...chosen.values()];
}
