// The same conversation with its last question in other words.

import {
  conversationOf,
  type Example,
  type Message,
  questionOf,
  withQuestion,
} from '#contracts/examples.js';

export const reworded = (
  example: Example,
  wording: (question: string) => string,
): readonly Message[] =>
  conversationOf({ ...example, messages: withQuestion(example, wording(questionOf(example))) });
