// Order, positions and dropout masks of examples.

import { describe, expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { dropoutFeeds } from '../run/step-feeds.js';
import { positionsOf } from './example-positions.js';
import { planRun, stepUnits } from './step-examples.js';

describe('planRun', () => {
  test('visits every example once an epoch, in an order of its own', () => {
    const plan = planRun(10, 4, 2, undefined, 3);
    expect(plan.totalSteps).toBe(6);
    const epochs = [
      [0, 1, 2],
      [3, 4, 5],
    ].map((steps) => steps.flatMap((step) => plan.examplesOf(step)));
    for (const epoch of epochs)
      expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(plan.examplesOf(2)).toHaveLength(2);
    expect(planRun(10, 4, 2, undefined, 3).examplesOf(4)).toEqual(plan.examplesOf(4));
  });

  test('stops at maxSteps', () => expect(planRun(10, 4, 2, 5, 3).totalSteps).toBe(5));
});

describe('stepUnits', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, () => ({ ids: [1, 2], labelStart: 1 }));
  const retained = (targets: number, retain: number, epoch: number): (number | undefined)[] => {
    const model = { target: rows(targets), alternate: [], retain: rows(retain) };
    const run = { model, asked: new Set(['retain'] as const) };
    return model.target.map((_, index) => stepUnits(run, index, epoch)[1]?.[0]?.index);
  };

  test('takes all of a larger retain set, epoch by epoch', () => {
    expect([0, 1, 2].map((epoch) => retained(2, 5, epoch))).toEqual([
      [0, 1],
      [2, 3],
      [4, 0],
    ]);
  });

  test('goes round a smaller one, in each epoch alike', () => {
    expect([0, 1].map((epoch) => retained(3, 2, epoch))).toEqual([
      [0, 1, 0],
      [0, 1, 0],
    ]);
  });
});

describe('positionsOf', () => {
  const ids = [5, 6, 7, 8];
  test('labels follow the positions that predict them', () => {
    expect(positionsOf({ ids, labelStart: 2 }, 'labels')).toEqual({
      offsets: [1, 2],
      labels: [7, 8],
      places: [0, 1],
      isAnswer: [false, true],
    });
  });
  test("an answer's own tokens end one later", () => {
    expect(positionsOf({ ids, labelStart: 2 }, 'answers')).toEqual({
      offsets: [1, 2, 3],
      labels: [7, 8, 0],
      places: [0, 1, -1],
      isAnswer: [false, true, true],
    });
  });
  test('a divergence looks at every real token', () => {
    expect(positionsOf({ ids, labelStart: 2 }, 'tokens')).toMatchObject({
      offsets: [0, 1, 2, 3],
      labels: [0, 7, 8, 0],
      places: [-1, 0, 1, -1],
    });
  });
});

test('dropout keeps the expected value and differs between dropout masks', () => {
  const dropoutMasks = [
    { name: 'a', rows: 'tokens', columns: 64 },
    { name: 'b', rows: 'tokens', columns: 64 },
  ];
  const feeds = dropoutFeeds(dropoutMasks, { tokens: 128 }, 0.1, new Random(1));
  const { data } = feeds['a']!;
  const mean = (data as Float32Array).reduce((sum, x) => sum + x, 0) / data.length;
  expect(data).toHaveLength(128 * 64);
  expect(Math.abs(mean - 1)).toBeLessThan(0.02);
  expect(feeds['b']!.data).not.toEqual(data);
});
