import { expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { strategyFor } from './strategies.js';
import type { Sampling } from './strategy.js';

const OFF: Sampling = { temperature: 1, topP: 1, topK: 0 };
/** Probabilities .5 .25 .15 .1, out of order. */
const LOGITS = Float32Array.from([0.15, 0.5, 0.1, 0.25], Math.log);

const choose = (logits: Float32Array, changes: Partial<Sampling>, random: Random): number => {
  const sampling = { ...OFF, ...changes };
  return strategyFor(sampling)(logits, sampling, random);
};

function shares(sampling: Partial<Sampling>, count = 4000): number[] {
  const random = new Random(1);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) counts[choose(LOGITS, sampling, random)]! += 1 / count;
  return counts;
}

function expectShares(actual: number[], expected: number[]): void {
  for (const [i, share] of expected.entries()) {
    if (share === 0) expect(actual[i]).toBe(0);
    else expect(Math.abs(actual[i]! - share)).toBeLessThan(0.03);
  }
}

test('temperature 0 takes the likeliest token, the first of equals', () => {
  expect(choose(LOGITS, { temperature: 0 }, new Random(1))).toBe(1);
  expect(choose(Float32Array.of(0, 2, 2), { temperature: 0 }, new Random(1))).toBe(1);
});

test('what leaves no choice uses up no random number', () => {
  const random = new Random(1);
  for (const sampling of [{ temperature: 0 }, { topK: 1 }])
    expect(choose(LOGITS, sampling, random)).toBe(1);
  expect(random.uint32()).toBe(new Random(1).uint32());
});

test('logits that are not finite are refused, not taken for token 0', () => {
  for (const logits of [Float32Array.of(NaN, NaN), Float32Array.of(0, Infinity)])
    for (const temperature of [0, 1])
      expect(() => choose(logits, { temperature }, new Random(1))).toThrow('the largest logit is');
});

test('tokens are drawn by their probabilities', () => {
  expectShares(shares({}), [0.15, 0.5, 0.1, 0.25]);
});

test('temperature sharpens: p becomes p^(1/T)', () => {
  const squared = [0.15, 0.5, 0.1, 0.25].map((p) => p * p);
  const total = squared.reduce((a, b) => a + b);
  expectShares(
    shares({ temperature: 0.5 }),
    squared.map((p) => p / total),
  );
});

test('top-k keeps the k likeliest', () => {
  expectShares(shares({ topK: 2 }), [0, 2 / 3, 0, 1 / 3]);
  expectShares(shares({ topK: 9 }), [0.15, 0.5, 0.1, 0.25]);
});

test('top-p keeps the smallest set that reaches p', () => {
  expectShares(shares({ topP: 0.7 }), [0, 2 / 3, 0, 1 / 3]);
  expectShares(shares({ topP: 0.4 }), [0, 1, 0, 0]);
  expectShares(shares({ topP: 0.8, topK: 3 }), [0, 2 / 3, 0, 1 / 3]);
});

function draws(seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: 20 }, () => choose(LOGITS, {}, random));
}

test('the same seed draws the same tokens', () => {
  expect(draws(5)).toEqual(draws(5));
  expect(draws(5)).not.toEqual(draws(6));
});
