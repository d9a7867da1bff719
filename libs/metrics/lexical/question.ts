// A question as the judge reads it: what of an answer it already says, or gives to choose from.

import { canonical } from './canonical/canonical.js';
import { type Choice, choicesOf } from './choices.js';
import { normalWords } from './words.js';

export interface Question {
  readonly canonical: string;
  /** Normal forms of its words. */
  readonly words: ReadonlySet<string>;
  readonly choices: readonly Choice[];
  /** Whether of a date the year alone is asked for. */
  readonly asksYear: boolean;
}

let last: { readonly text: string; readonly question: Question } | undefined;

/** The last one is kept: gold answers and answers are compared question by question. */
export function readQuestion(text: string): Question {
  if (last?.text !== text) last = { text, question: read(text) };
  return last.question;
}

const YEAR = /\b(?:what|which) year\b/i;

function read(text: string): Question {
  const spelt = canonical(text);
  return {
    canonical: spelt,
    words: new Set(normalWords(spelt)),
    choices: choicesOf(text),
    asksYear: YEAR.test(text),
  };
}
