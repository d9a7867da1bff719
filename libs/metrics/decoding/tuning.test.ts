import { expect, test } from 'vitest';
import { sweepFigures, type SweptAnswer } from './swept.js';
import { tuned } from './tuning.js';

const answer = (more: Partial<SweptAnswer> = {}): SweptAnswer => ({
  tokens: 4,
  candidates: 3,
  logProb: -8,
  greedy: 2,
  settings: [{ logProb: -8, greedy: 2, changed: 0, righted: 0, wronged: 0 }],
  ...more,
});

test('figures by hand', () => {
  const answers = [
    answer({
      outranks: false,
      settings: [{ logProb: -6, greedy: 3, changed: 2, righted: 1, wronged: 0, outranks: true }],
    }),
    answer({
      tokens: 2,
      logProb: -1,
      greedy: 1,
      settings: [{ logProb: -2, greedy: 0, changed: 2, righted: 0, wronged: 1 }],
    }),
  ];
  const figures = sweepFigures(answers, 0);
  // -8 and -1 over 6 tokens, then -6 and -2.
  expect(figures.log_prob).toMatchObject({ value: -8 / 6, baseline: -9 / 6 });
  expect(figures.log_prob.difference!.value).toBeCloseTo(1 / 6, 12);
  expect(figures.match).toMatchObject({ value: 50, baseline: 50 });
  expect(figures.changed.value).toBeCloseTo((100 * 4) / 6, 12);
  expect(figures.righted.value).toBe(25);
  expect(figures.wronged.value).toBe(25);
  // Of one answer alone it is known.
  expect(figures.outranks).toMatchObject({ value: 100, baseline: 0 });
  expect(sweepFigures(answers).log_prob).toMatchObject({ value: -9 / 6 });
});

/** By how much each of the settings is better, answer by answer. */
const gaining = (gains: readonly (readonly number[])[]): SweptAnswer[] =>
  gains.map((own) =>
    answer({
      settings: own.map((gain) => ({
        logProb: -8 + gain,
        greedy: 2,
        changed: 0,
        righted: 0,
        wronged: 0,
      })),
    }),
  );
const repeated = (rows: readonly (readonly number[])[], times: number) =>
  Array.from({ length: times }, () => rows).flat();

test('the best of some answers is confirmed by others', () => {
  const better = gaining(
    repeated(
      [
        [0, 1, 0.4],
        [0, 0.8, 0.5],
      ],
      10,
    ),
  );
  expect(tuned(better, better, 'log_prob')).toMatchObject({ best: 1, isConfirmed: true });
});

test('a gain that others do not show is none', () => {
  const better = gaining(
    repeated(
      [
        [0, 1],
        [0, 0.8],
      ],
      10,
    ),
  );
  const mixed = gaining(
    repeated(
      [
        [0, 1],
        [0, -1],
      ],
      10,
    ),
  );
  const { best, isConfirmed, heldOut } = tuned(better, mixed, 'log_prob');
  expect({ best, isConfirmed }).toEqual({ best: 1, isConfirmed: false });
  const [least, most] = heldOut[1]!.log_prob.difference!.interval;
  expect(least).toBeLessThan(0);
  expect(most).toBeGreaterThan(0);
});

test('where nothing is better there is no best', () => {
  const worse = gaining(repeated([[0, -1]], 10));
  expect(tuned(worse, worse, 'log_prob')).not.toHaveProperty('best');
  expect(tuned(worse, worse, 'log_prob').isConfirmed).toBe(false);
  // Without wrong answers there is nothing to outrank.
  expect(tuned(worse, worse, 'outranks')).not.toHaveProperty('best');
});
