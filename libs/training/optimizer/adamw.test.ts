// The optimizer and its schedule against numbers worked out by hand.

import { expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { adamwUpdate, clipScale, globalNorm } from './adamw.js';
import { learningRateAt } from './learning-rate.js';
import { addTo, createVectors } from './vector.js';

const zeroMoments = (size: number) => ({
  first: new Float32Array(size),
  second: new Float32Array(size),
});

test('the first step moves each value by the learning rate against its gradient, after decay', () => {
  const values = Float32Array.of(1, -2, 3);
  const segments = [
    { start: 0, end: 2, decays: true },
    { start: 2, end: 3, decays: false },
  ];
  const update = { step: 1, learningRate: 0.1, weightDecay: 0.5, gradientScale: 1 };
  adamwUpdate(values, Float32Array.of(4, -0.01, 2), zeroMoments(3), segments, update);
  expect([...values].map((x) => Number(x.toFixed(4)))).toEqual([0.85, -1.8, 2.9]);
});

test('the second step mixes both gradients', () => {
  const values = Float32Array.of(0);
  const moments = zeroMoments(1);
  const segments = [{ start: 0, end: 1, decays: true }];
  for (const [i, g] of [1, -3].entries()) {
    adamwUpdate(values, Float32Array.of(g), moments, segments, {
      step: i + 1,
      learningRate: 0.1,
      weightDecay: 0,
      gradientScale: 1,
    });
  }
  // m = (0.9 * 0.1 - 0.1 * 3) / (1 - 0.81), v = (0.999 * 0.001 + 0.001 * 9) / (1 - 0.998001)
  const second = (0.1 * (-0.21 / 0.19)) / Math.sqrt(0.009999 / 0.001999);
  expect(values[0]).toBeCloseTo(-0.1 - second, 5);
});

test('clipping scales the gradients to the limit', () => {
  expect(globalNorm(Float32Array.of(3, 4))).toBe(5);
  expect(clipScale(5, 1)).toBeCloseTo(0.2, 6);
  expect(clipScale(0.5, 1)).toBe(1);
});

test('the learning rate rises, then falls to nothing', () => {
  const rates = Array.from({ length: 10 }, (_, step) => learningRateAt(step, 10, 0.2, 1));
  expect(rates).toEqual([0.5, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]);
  expect(learningRateAt(0, 5, 0, 2)).toBe(2);
});

test('arrays that share a memory and arrays that do not get the same bits, odd lengths included', () => {
  const length = 40_003;
  const numbers = (seed: string): Float32Array => {
    const random = new Random(seed);
    return Float32Array.from({ length }, () => random.normal());
  };
  const [apart, together] = [
    [0, 1, 2, 3].map(() => new Float32Array(length)),
    createVectors(4, length),
  ];
  for (const arrays of [apart, together]) {
    const [values, gradients, first, second] = arrays as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    values.set(numbers('values'));
    gradients.set(numbers('gradients'));
    const segments = [
      { start: 0, end: 20_001, decays: true },
      { start: 20_001, end: length, decays: false },
    ];
    for (const step of [1, 2])
      adamwUpdate(values, gradients, { first, second }, segments, {
        step,
        learningRate: 0.1,
        weightDecay: 0.1,
        gradientScale: 0.5,
      });
    addTo(values, numbers('values'));
  }
  expect(together).toEqual(apart);
  expect(globalNorm(together[1]!)).toBeCloseTo(
    Math.sqrt(numbers('gradients').reduce((sum, x) => sum + x * x, 0)),
    6,
  );
  expect(together[0]![length - 1]).toBeCloseTo(2 * numbers('values')[length - 1]!, 0);
});
