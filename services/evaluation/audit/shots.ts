// Questions of the retain set with their answers, as earlier turns of the same conversation.

import { conversationOf, type Example, type Message } from '#contracts/examples.js';
import type { Around } from './probe.js';

/** Characters of a question and its answer: longer ones would fill the context. */
const SHORT = 400;

/** @returns fewer than `count`, or none, where the retain set has no more that are short. */
export function withShots(example: Example, { retain }: Around, count: number): Message[] {
  const shots = retain
    .filter((shot) => shot.messages.length === 1 && shot.context === undefined && !shot.images)
    .map(({ messages: [question], answer }): Message[] =>
      question ? [question, { role: 'assistant', content: answer }] : [],
    )
    .filter((turns) => turns.reduce((sum, { content }) => sum + content.length, 0) <= SHORT)
    .slice(0, count);
  const own = conversationOf(example);
  const opening = own.filter(({ role }) => role === 'system');
  return [...opening, ...shots.flat(), ...own.slice(opening.length)];
}
