// After three questions that were answered, in-context learning answers the fourth.

import type { Attack } from '../probe.js';
import { withShots } from '../shots.js';

export const fewShot: Attack = (example, around) => {
  const messages = withShots(example, around, 3);
  return messages.length > example.messages.length ? [{ messages, gold: example.answer }] : [];
};
