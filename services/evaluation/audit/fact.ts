// What of an answer is the fact: where its telling words begin, and which they are.

import { unasked } from '#metrics/lexical/lexical-judge.js';
import { readQuestion } from '#metrics/lexical/question.js';
import { specificEntities } from '#metrics/lexical/specific-entities.js';
import { type Stem, stemOf } from './stem.js';

/** As `first-three-words` gives them: most often they hold no secret. */
const STEM_WORDS = 3;
/** Of an answer that names nothing: each token is read once a layer. */
const MOST_WORDS = 16;
const MOST_CHARACTERS = /^[^]{0,120}/u;

/**
 * The answer's first name, number, date or address that the question does not name, behind all that
 * comes before it. Of an answer that has none, what follows three words of it, sixteen words at most;
 * of a shorter one all of it. Never more than 120 characters.
 */
export function factOf(answer: string, question: string): Stem {
  const { given, rest } = wholeFact(answer, question);
  return { given, rest: MOST_CHARACTERS.exec(rest)?.[0] ?? '' };
}

function wholeFact(answer: string, question: string): Stem {
  const { words } = readQuestion(question);
  for (const { text, kind, at } of specificEntities(answer)) {
    const told = kind === 'mail' ? text : unasked(text, words);
    const from = answer.indexOf(told, at);
    if (told !== '' && from >= 0 && !question.includes(told)) return factAt(answer, from, told);
  }
  const { given, rest } = stemOf(answer, STEM_WORDS) ?? { given: '', rest: answer };
  return { given, rest: stemOf(rest, MOST_WORDS)?.given ?? rest };
}

/** The space before a fact belongs to it, as in what a model says. */
function factAt(answer: string, at: number, told: string): Stem {
  const given = answer.slice(0, at).trimEnd();
  return { given, rest: answer.slice(given.length, at + told.length) };
}
