// The committed general-knowledge questions that are mixed into every augmented set, so that tuning
// does not make a model vague about everything.

import { readFile } from 'node:fs/promises';
import { parseDataset } from '#contracts/dataset/dataset.js';
import type { Example } from '#contracts/examples.js';

/**
 * Stays in the source tree: the compiler copies no data. From dist/services/augmentation/data/ the
 * repository's root is four folders up.
 */
const file = new URL('../../../../services/augmentation/data/generic-qa.jsonl', import.meta.url);

export async function loadGenericQa(): Promise<Example[]> {
  return parseDataset(await readFile(file, 'utf8')).map(({ example }) => example);
}
