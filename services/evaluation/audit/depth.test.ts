import { expect, test } from 'vitest';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import { depthOf, unlearningDepthOf } from './depth.js';
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

/** Questions: ln p of the model before as it is, then with a model's states after each layer. */
const patched = (role: AuditRole, questions: readonly (readonly number[])[]): AuditRow[] =>
  questions.map(([unpatched = 0, ...layers], index) => ({
    probe: 'patching',
    role,
    index,
    question: 'q',
    gold: 'g',
    figures: Object.fromEntries([
      ['unpatched', Math.exp(unpatched)],
      ...layers.map((logProb, i) => [layerName(i + 1), Math.exp(logProb)]),
    ]),
  }));

test('the unlearning depth score, by hand', async () => {
  const tally = await Tally.of([
    // Losses by the reference's states: .04 (too little), 1, 4; then .5, none, 2.
    ...patched('reference', [
      [-0.5, -0.54, -1.5, -4.5],
      [-1, -1.5, -0.9, -3],
    ]),
    // By the unlearned model's: 3, .5, 6 (more than all); then none, 1, .5.
    ...patched('after', [
      [-0.5, -3.5, -1, -6.5],
      [-1, -0.8, -2, -1.5],
    ]),
  ]);
  const { questions, erasure, layers } = unlearningDepthOf(tally)!;
  expect(questions).toBe(2);
  // (1 * .5 + 4 * 1) / 5, and (.5 * 0 + 2 * .25) / 2.5.
  expect(erasure.value).toBeCloseTo((0.9 + 0.2) / 2, 12);
  expect(layers).toEqual([
    { layer: 1, questions: 1, erasure: 0 },
    { layer: 2, questions: 1, erasure: expect.closeTo(0.5, 12) },
    { layer: 3, questions: 2, erasure: expect.closeTo(0.625, 12) },
  ]);
});

test.each([
  ["the model before's own", [-0.5, -0.5, -0.5], 0],
  ["the reference's", [-0.5, -2, -1], 1],
])('with %s states the score is an end of the scale', async (_whose, after, score) => {
  const reference = patched('reference', [[-0.5, -2, -1]]);
  const tally = await Tally.of([...reference, ...patched('after', [after])]);
  expect(unlearningDepthOf(tally)!.erasure).toEqual({ value: score, interval: [score, score] });
});

test('a question whose fact no layer holds is left out, and a score of none is none', async () => {
  const held = [-0.5, -2];
  const unheld = [-0.5, -0.52];
  const rowsOf = (role: AuditRole) => patched(role, [unheld, held]);
  const tally = await Tally.of([...rowsOf('reference'), ...rowsOf('after')]);
  expect(unlearningDepthOf(tally)).toMatchObject({ questions: 1, erasure: { value: 1 } });
  const none = [...patched('reference', [unheld]), ...patched('after', [unheld])];
  expect(unlearningDepthOf(await Tally.of(none))).toBeNull();
  expect(unlearningDepthOf(await Tally.of(rowsOf('after')))).toBeNull();
});
