// Questions of the retain set with their answers, as earlier turns of the same conversation.

import {
  conversationOf,
  type Example,
  imagesOf,
  type Message,
  questionOf,
} from '#contracts/examples.js';
import type { Around } from './probe.js';

/** Characters of a question and its answer: longer ones would fill the context. */
const SHORT = 400;

/** Whether it is one short question, by itself, with a short answer. */
export const isShort = (example: Example): boolean =>
  example.messages.length === 1 &&
  example.context === undefined &&
  imagesOf(example).length === 0 &&
  questionOf(example).length + example.answer.length <= SHORT;

/** @returns fewer than `count`, or none, where the retain set has no more that are short. */
export function withShots(example: Example, { retain }: Around, count: number): Message[] {
  const shots = retain
    .filter(isShort)
    .slice(0, count)
    .map(({ messages, answer }): Message[] => [
      ...messages,
      { role: 'assistant', content: answer },
    ]);
  const own = conversationOf(example);
  const opening = own.filter(({ role }) => role === 'system');
  return [...opening, ...shots.flat(), ...own.slice(opening.length)];
}
