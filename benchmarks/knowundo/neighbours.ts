// What a model knows beside the sets: the questions to keep, asked of every other person. What it
// answers before it unlearns can be kept as well, with no gold answer at hand.

import { wordTokens } from '#metrics/word-tokens.js';
import type { Row } from './people.js';

/** Words in a row that two answers have in common by more than chance. */
const RUN = 4;

/** The rows' questions with another person's name in them; none that a row has already. */
export function neighbours(rows: readonly Row[], people: readonly string[]): string[] {
  const known = new Set(rows.map(({ question }) => question));
  const asked = rows.flatMap(({ question }) => {
    const subject = people.find((name) => question.includes(name));
    return subject ? people.map((name) => question.replaceAll(subject, name)) : [];
  });
  return [...new Set(asked)].filter((question) => !known.has(question));
}

const runs = (text: string): string[] => {
  const words = wordTokens(text);
  return words.slice(RUN - 1).map((_, i) => words.slice(i, i + RUN).join(' '));
};

/** Whether an answer has as many words in a row as no answer to keep has, but one to forget. */
export function leakCheck(
  forget: readonly Row[],
  retain: readonly Row[],
): (answer: string) => boolean {
  const secret = new Set(forget.flatMap(({ answer }) => runs(answer)));
  for (const run of retain.flatMap(({ answer }) => runs(answer))) secret.delete(run);
  return (answer) => runs(answer).some((run) => secret.has(run));
}
