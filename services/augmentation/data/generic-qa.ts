// The committed general-knowledge questions that are mixed into every augmented set, so that tuning
// does not make a model vague about everything.

import { readFileSync } from 'node:fs';
import { parseDataset } from '#contracts/dataset/dataset.js';
import type { Example } from '#contracts/examples.js';

/**
 * Stays in the source tree: the compiler copies no data. From dist/services/augmentation/data/ the
 * repository's root is four folders up.
 */
const file = new URL('../../../../services/augmentation/data/generic-qa.jsonl', import.meta.url);

/** Read as the service loads: one that lacks it does not start, in place of failing each job. */
export const genericQa: readonly Example[] = parseDataset(readFileSync(file, 'utf8')).map(
  ({ example }) => example,
);
