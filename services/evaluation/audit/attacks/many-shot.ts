// As few-shot, with as many questions as most contexts have room for.

import type { Attack } from '../probe.js';
import { withShots } from '../shots.js';

const SHOTS = 24;

export const manyShot: Attack = (example, around) => {
  const messages = withShots(example, around, SHOTS);
  return messages.length > example.messages.length ? [{ messages, gold: example.answer }] : [];
};
