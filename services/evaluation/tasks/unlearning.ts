// Is the forget set forgotten, and the retain set known still? Every question is asked as it was
// trained, after the conversation before it.

import { conversationOf } from '#contracts/examples.js';
import { metrics } from '../metrics/index.js';
import type { Task } from './task.js';

export const unlearning: Task = {
  sets: ['forget', 'retain'],
  prompt: (example) => ({ chat: { messages: [...conversationOf(example)] } }),
  metrics,
};
