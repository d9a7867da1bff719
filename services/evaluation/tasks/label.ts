// The right one of yes and no.

import type { Example } from '#contracts/examples.js';
import { type YesNo, yesNoOf } from '#contracts/yes-no.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';

/** @throws UnusableSetError for another answer, which the gateway refuses before */
export function labelOf({ answer }: Example): YesNo {
  const label = yesNoOf(answer);
  if (!label) throw new UnusableSetError('the answer of a row is neither yes nor no');
  return label;
}
