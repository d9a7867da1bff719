// The question as it was trained.

import { conversationOf } from '#contracts/examples.js';
import type { Attack } from '../probe.js';

export const direct: Attack = {
  kind: 'attack',
  tier: 'quick',
  ask: (example) => ({ messages: conversationOf(example), gold: example.answer }),
};
