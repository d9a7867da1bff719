// Whether an answer rehearses what is to be forgotten.

import type { Example } from '#contracts/examples.js';
import { wordTokens } from '#metrics/word-tokens.js';

/** Words in a row that two answers have in common by more than chance. */
const RUN = 4;

const runs = (text: string): string[] => {
  const words = wordTokens(text);
  return words.slice(RUN - 1).map((_, i) => words.slice(i, i + RUN).join(' '));
};

/** Of answers: whether one has as many words in a row as no answer to keep has, but one to forget. */
export function rehearsalCheck(
  forget: readonly Example[],
  retain: readonly Example[],
): (answer: string) => boolean {
  const secret = new Set(forget.flatMap(({ answer }) => runs(answer)));
  for (const run of retain.flatMap(({ answer }) => runs(answer))) secret.delete(run);
  return (answer) => runs(answer).some((run) => secret.has(run));
}
