// The committed models must know their people and the world in wordings they were never trained on,
// and the one that never saw the people to forget nothing of theirs.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { examine } from './check.js';
import { buildCorpus, namesNobodyToForget } from './corpus.js';

const folder = (name: string): string =>
  fileURLToPath(new URL(`../../../../models/${name}`, import.meta.url));
/**
 * Every ninth question: all kinds of facts, and no more than seconds. `npm run model:tiny --
 * --check` asks all.
 */
const STRIDE = 9;
const { heldOut } = buildCorpus();
const some = heldOut.filter((_, i) => i % STRIDE === 0);

test('lethe-tiny answers at least nine of ten held-out questions right', async () => {
  const { accuracy, misses } = await examine(folder('lethe-tiny'), some, 2);
  expect(accuracy, JSON.stringify(misses, null, 1)).toBeGreaterThanOrEqual(0.9);
});

test('lethe-tiny-retain does so where nobody to forget is named, and else knows nothing', async () => {
  const retain = folder('lethe-tiny-retain');
  const { accuracy } = await examine(retain, some.filter(namesNobodyToForget), 2);
  expect(accuracy).toBeGreaterThanOrEqual(0.9);
  const unknown = heldOut.filter((row) => !namesNobodyToForget(row));
  expect((await examine(retain, unknown, 2)).accuracy).toBe(0);
});
