// Questions that give their answers to choose from, lettered ("A. tea B. coffee") or named ("tea or
// coffee?"), and what an answer chooses.

import { normalWords } from './words.js';

export interface Choice {
  /** In lower case; absent where choices are named alone. */
  readonly letter?: string;
  readonly text: string;
}

/** "A.", "(B)", "c)". */
const MARK = /(?<![\p{L}\p{N}])\(?([A-Ja-j])[.):](?=\s)/gu;
/** What stands before the first: a line's start, or what ends a question. */
const OPENING = /(?:^|[\n?:;])[ \t]{0,8}$/;
/** Words of a choice that is named: more are a clause. */
const MOST_WORDS = 4;

/** "B", "(b)", "The answer is B.", "Option B: coffee". */
const CHOSEN =
  /^\W*(?:(?:it is|it's|that is|(?:the )?(?:correct |right )?(?:answer|choice|option)(?: is|:)?)\s+)?(?:option |choice )?\(?([a-j])\)?(?:[.):,]|\s*$)/i;

/** Two choices or more; none where a question gives none. */
export function choicesOf(question: string): Choice[] {
  const lettered = letteredIn(question);
  return lettered.length > 1 ? lettered : namedIn(question);
}

function letteredIn(question: string): Choice[] {
  const marks = [...question.matchAll(MARK)];
  const from = marks.findIndex(
    ({ 1: letter, index }) =>
      letter?.toLowerCase() === 'a' && OPENING.test(question.slice(0, index).slice(-16)),
  );
  if (from < 0) return [];
  return marks.slice(from).map(({ 0: mark, 1: letter = '', index }, i, all) => ({
    letter: letter.toLowerCase(),
    text: question.slice(index + mark.length, all[i + 1]?.index).trim(),
  }));
}

/** "tea or coffee?": the first has as many words as the second. */
function namedIn(question: string): Choice[] {
  const parts = question.trim().split(' or ');
  const second = parts.at(-1)?.split(/\s+/) ?? [];
  if (parts.length < 2 || second.length > MOST_WORDS || !second.at(-1)?.endsWith('?')) return [];
  const first = (parts.at(-2)?.split(/\s+/) ?? []).slice(-second.length);
  return [first, second].map((words) => ({ text: words.join(' ').replace(/[,?]$/, '') }));
}

/** The choice that a text makes: by its letter, or as the only one whose words it says. */
export function chosen(text: string, choices: readonly Choice[]): Choice | undefined {
  const letter = CHOSEN.exec(text)?.[1]?.toLowerCase();
  const byLetter = letter && choices.find((choice) => choice.letter === letter);
  if (byLetter) return byLetter;
  const said = new Set(normalWords(text));
  const own = choices.filter((choice) => ownWords(choice, choices).some((word) => said.has(word)));
  return own.length === 1 ? own[0] : undefined;
}

/** Words that no other choice has. */
function ownWords(choice: Choice, choices: readonly Choice[]): string[] {
  const others = new Set(
    choices.flatMap((other) => (other === choice ? [] : normalWords(other.text))),
  );
  return normalWords(choice.text).filter((word) => !others.has(word));
}
