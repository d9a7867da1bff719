import { expect, test } from 'vitest';
import { NF4_LEVELS } from './nf4.js';
import { rounded } from './rounding.js';

const matrix = (dims: readonly number[], numbers: readonly number[]) => ({
  dims,
  data: Float32Array.from(numbers),
});

/** The share of a normal distribution below x: Simpson's rule from 0. */
function normalShare(x: number): number {
  const steps = 2000;
  const width = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++)
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * Math.exp(-((i * width) ** 2) / 2);
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

function normalQuantile(share: number): number {
  let [low, high] = [-6, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

test('the levels of NF4 are quantiles of the normal distribution: eight above 0, seven below', () => {
  const OFFSET = 0.9677083; // of bitsandbytes' create_normal_map
  const quantiles = (count: number) =>
    Array.from({ length: count }, (_, i) => normalQuantile(OFFSET + ((0.5 - OFFSET) * i) / count));
  const largest = normalQuantile(OFFSET);
  const expected = [
    ...quantiles(7).map((x) => -x / largest),
    0,
    ...quantiles(8)
      .map((x) => x / largest)
      .toReversed(),
  ];
  expect(NF4_LEVELS).toHaveLength(16);
  for (const [i, level] of NF4_LEVELS.entries()) expect(level).toBeCloseTo(expected[i]!, 6);
});

test('NF4 scales each block of 64 by its largest number, whatever the rows', () => {
  // Two rows of 48: the first block ends in the second row.
  const numbers = Array.from({ length: 96 }, () => 0);
  numbers.splice(0, 6, 4, -4, 2, -1, 0.16, 0.15);
  numbers.splice(64, 3, 0.01, 0.004, -0.007);
  const { dims, data } = rounded(matrix([2, 48], numbers), 'nf4');
  expect(dims).toEqual([2, 48]);
  // .5 is nearer to .4407 than to .5626, -.25 to -.2844; .04 is above and .0375 below half of .0796.
  for (const [i, level] of [1, -1, 0.44070982933, -0.28444138169, 0.0795802996, 0].entries())
    expect(data[i]).toBeCloseTo(4 * level, 6);
  for (const [i, level] of [1, 0.44070982933, -0.69619280099].entries())
    expect(data[64 + i]).toBeCloseTo(0.01 * level, 8);
  expect([...data].filter((x) => x !== 0)).toHaveLength(8);
});

test('8 bits are integers of each output channel, ties to even', () => {
  const upright = matrix([2, 3], [2, 1, -0.51, 0, 0, 0]);
  // 1 / 2 of 127 is 63.5, which becomes 64; .51 / 2 of 127 is 32.385.
  const expected = [2, (64 * 2) / 127, (-32 * 2) / 127, 0, 0, 0];
  for (const [i, x] of rounded(upright, 'int8').data.entries())
    expect(x).toBeCloseTo(expected[i]!, 6);
});

test('a matrix stored the other way around is rounded by the same channels', () => {
  const numbers = [2, 1, -0.51, 7, 0.3, 5];
  const turned = [2, 7, 1, 0.3, -0.51, 5];
  for (const rounding of ['int8', 'nf4'] as const) {
    const upright = rounded(matrix([2, 3], numbers), rounding).data;
    const stored = rounded(matrix([3, 2], turned), rounding, true);
    expect(stored.dims).toEqual([3, 2]);
    expect([0, 2, 4, 1, 3, 5].map((i) => stored.data[i])).toEqual([...upright]);
  }
});
