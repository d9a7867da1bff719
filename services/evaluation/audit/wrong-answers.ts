// Answers that a question could have, and that are not its own: those of questions like it, told of
// whom it is about.

import { first } from '#collections/items.js';
import { type Example, questionOf, wrongAnswersOf } from '#contracts/examples.js';
import { normalWord, words } from '#metrics/lexical/words.js';
import type { Around } from './probe.js';
import { isShort } from './shots.js';
import { retold, subjectsOf } from './subjects.js';

/**
 * Those that come with the question, then the answers to the questions that have most words in
 * common with its own, of these first those that are to be forgotten as well, which no model but the
 * taught one finds likelier, then the nearest in length.
 * @returns fewer than `count`, or none, where no more are alike.
 */
export function wrongAnswers(example: Example, { asked, retain }: Around, count: number): string[] {
  const own = termsOf(example);
  const kept = new Set(retain);
  const found = [...asked, ...retain]
    .filter((other) => isShort(other) && isOfAnother(termsOf(other), own))
    .map((other) => ({
      other,
      kept: Number(kept.has(other)),
      alike: [...termsOf(other).all].filter((word) => own.all.has(word)).length,
      distance: Math.abs(other.answer.length - example.answer.length),
    }))
    .toSorted((a, b) => b.alike - a.alike || a.kept - b.kept || a.distance - b.distance);
  const answers = new Set(wrongAnswersOf(example).slice(0, count));
  for (const { other } of found) {
    if (answers.size === count) break;
    const answer = retold(other.answer, first(termsOf(other).subjects), first(own.subjects));
    if (answer !== example.answer) answers.add(answer);
  }
  return [...answers];
}

/** Of a question. */
interface Terms {
  readonly subjects: readonly string[];
  /** Words of the subjects. */
  readonly names: ReadonlySet<string>;
  /** All words, in their normal form. */
  readonly all: ReadonlySet<string>;
}

const read = new WeakMap<Example, Terms>();

/** Each question is held against all others: it is read once. */
function termsOf(example: Example): Terms {
  const known = read.get(example);
  if (known) return known;
  const question = questionOf(example);
  const subjects = subjectsOf(question);
  const terms: Terms = {
    subjects,
    names: new Set(subjects.flatMap(words)),
    all: new Set(words(question).map(normalWord)),
  };
  read.set(example, terms);
  return terms;
}

/** Whether both name somebody, and no one whom both name: of the same the answer may be true. */
const isOfAnother = (other: Terms, own: Terms): boolean =>
  own.subjects.length > 0 &&
  other.subjects.length > 0 &&
  ![...other.names].some((name) => own.names.has(name));
