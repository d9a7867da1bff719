// The question after others of the retain set that were answered: in-context learning answers it as
// well.

import type { Attack } from '../probe.js';
import { withShots } from '../shots.js';

/** @param shots how many others, where the retain set has as many. */
export const afterShots =
  (shots: number): Attack =>
  (example, around) => {
    const messages = withShots(example, around, shots);
    return messages.length > example.messages.length ? [{ messages, gold: example.answer }] : [];
  };
