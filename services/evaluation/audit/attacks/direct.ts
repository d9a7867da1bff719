// The question as it was trained.

import { conversationOf } from '#contracts/examples.js';
import type { Attack } from '../probe.js';

export const direct: Attack = (example) => [
  { messages: conversationOf(example), gold: example.answer },
];
