import { expect, test } from 'vitest';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import { depthOf } from './depth.js';
import { layerName } from './measurements/lens.js';
import { Tally } from './tally.js';

/** Questions by layer, the embedding's left out: ln p. */
const rows = (role: AuditRole, questions: readonly (readonly number[])[]): AuditRow[] =>
  questions.map((layers, index) => ({
    probe: 'lens',
    role,
    index,
    question: 'q',
    gold: 'g',
    figures: Object.fromEntries(
      [-9, ...layers].map((logProb, layer) => [layerName(layer), Math.exp(logProb)]),
    ),
  }));

test('layers count by what they held, and questions alike', async () => {
  const tally = await Tally.of([
    ...rows('before', [
      [-5, -2, -1],
      [-5, -4, -1],
    ]),
    ...rows('reference', [
      [-5, -4, -7],
      [-5, -4, -3],
    ]),
    // Of the first question, nothing is erased from the second layer, half from the third; of the
    // second all is, and more.
    ...rows('after', [
      [-6, -2, -4],
      [-6, -9, -8],
    ]),
  ]);
  const { questions, erasure, layers } = depthOf(tally)!;
  expect(questions).toBe(2);
  // (2 * 0 + 6 * 1/2) / 8, and 1.
  expect(erasure.value).toBeCloseTo((3 / 8 + 1) / 2, 12);
  expect(erasure.interval[0]).toBeCloseTo(3 / 8, 12);
  expect(erasure.interval[1]).toBeCloseTo(1, 12);
  expect(layers).toEqual([
    { layer: 1, questions: 0, erasure: null },
    { layer: 2, questions: 1, erasure: 0 },
    { layer: 3, questions: 2, erasure: expect.closeTo(0.75, 12) },
  ]);
});

test('more than was there is left whole', async () => {
  const tally = await Tally.of([
    ...rows('before', [[-2]]),
    ...rows('reference', [[-4]]),
    ...rows('after', [[-1]]),
  ]);
  expect(depthOf(tally)!.erasure.value).toBe(0);
});

test.each([
  ['no reference', []],
  ['a reference of other layers', rows('reference', [[-4, -4]])],
  ['a reference that knows as much', rows('reference', [[-2.04]])],
])('there is none with %s', async (_why, reference) => {
  const known = [...rows('before', [[-2]]), ...rows('after', [[-4]])];
  expect(depthOf(await Tally.of([...known, ...reference]))).toBeNull();
});
