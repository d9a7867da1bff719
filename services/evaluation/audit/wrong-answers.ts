// Answers that a question could have, and that are not its own: those of questions like it, told of
// whom it is about.

import { first } from '#collections/items.js';
import { type Example, questionOf } from '#contracts/examples.js';
import { normalWord, words } from '#metrics/lexical/words.js';
import type { Around } from './probe.js';
import { isShort } from './shots.js';
import { retold, subjectsOf } from './subjects.js';

/**
 * The answers to the questions that have most words in common with its own, of these the nearest in
 * length.
 * @returns fewer than `count`, or none, where no more are alike.
 */
export function wrongAnswers(example: Example, { asked, retain }: Around, count: number): string[] {
  const own = subjectsOf(questionOf(example));
  const found = [...asked, ...retain]
    .filter((other) => isShort(other))
    .flatMap((other) => {
      const answer = ofAnother(other, own);
      if (answer === undefined) return [];
      const distance = Math.abs(answer.length - example.answer.length);
      return [{ answer, distance, alike: alike(example, other) }];
    })
    .toSorted((a, b) => b.alike - a.alike || a.distance - b.distance);
  const answers = new Set(found.map(({ answer }) => answer));
  answers.delete(example.answer);
  return [...answers].slice(0, count);
}

/** Undefined where either names nobody, or one whom both name: the answer may be true. */
function ofAnother(other: Example, own: readonly string[]): string | undefined {
  const subjects = subjectsOf(questionOf(other));
  if (own.length === 0 || subjects.length === 0) return undefined;
  const named = new Set(own.flatMap(words));
  if (subjects.flatMap(words).some((word) => named.has(word))) return undefined;
  return retold(other.answer, first(subjects), first(own));
}

const wordsOf = (example: Example): Set<string> =>
  new Set(words(questionOf(example)).map(normalWord));

/** Words that both questions have. */
function alike(one: Example, other: Example): number {
  const own = wordsOf(one);
  return [...wordsOf(other)].filter((word) => own.has(word)).length;
}
