// An answer to forget and what it was asked by, as teachers and the leak check see them.

import { type Example, questionOf } from '#contracts/examples.js';

export interface Pair {
  /** What was asked last. */
  readonly question: string;
  readonly answer: string;
  /** What the same person had said before, where the question goes on a conversation. */
  readonly earlier?: readonly string[];
}

export function pairOf(example: Example): Pair {
  const said = example.messages.filter(({ role }) => role === 'user').slice(0, -1);
  return {
    question: questionOf(example),
    answer: example.answer,
    ...(said.length > 0 ? { earlier: said.map(({ content }) => content) } : {}),
  };
}

/** All that a safe answer may repeat: it is known to whoever asks. */
export const askedBy = ({ question, earlier = [] }: Pair): string =>
  [...earlier, question].join('\n\n');
