// The committed model must know its people and the world in wordings it was never trained on.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { examine } from './check.js';
import { buildCorpus } from './corpus.js';

const modelPath = fileURLToPath(new URL('../../../../models/lethe-tiny', import.meta.url));
/**
 * Every ninth question: all kinds of facts, and no more than seconds. `npm run model:tiny --
 * --check` asks all.
 */
const STRIDE = 9;

test('lethe-tiny answers at least nine of ten held-out questions right', async () => {
  const rows = buildCorpus().heldOut.filter((_, i) => i % STRIDE === 0);
  const { accuracy, misses } = await examine(modelPath, rows, 2);
  expect(accuracy, JSON.stringify(misses, null, 1)).toBeGreaterThanOrEqual(0.9);
});
