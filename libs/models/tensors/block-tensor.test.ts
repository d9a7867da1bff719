import { expect, test } from 'vitest';
import { largestDifference } from '#testing/golden.js';
import { blockRows, quantizeBlocks, quantizeRows, widenedBlocks } from './block-tensor.js';
import { transpose } from './matrix.js';

const noise = (dims: readonly [number, number]) => ({
  dims,
  data: Float32Array.from({ length: dims[0] * dims[1] }, (_, i) => Math.sin(i * 12.9898) ** 3),
});
const matrix = noise([5, 70]); // the third block of a row is padded

test('8 bits: each number within half a step of its block, 127 steps the largest', () => {
  const { data } = widenedBlocks(quantizeBlocks(matrix, { bits: 8, transposed: false }));
  for (let row = 0; row < 5; row++)
    for (let from = 0; from < 70; from += 32) {
      const [start, end] = [row * 70 + from, row * 70 + Math.min(70, from + 32)];
      const largest = Math.max(...matrix.data.subarray(start, end).map(Math.abs));
      const off = largestDifference(data.subarray(start, end), matrix.data.subarray(start, end));
      expect(off).toBeLessThanOrEqual((largest / 127 / 2) * 1.0001);
      expect(off).toBeGreaterThan(0);
    }
});

test('4 bits: numbers on a grid stay as they are, whatever the sign of the largest', () => {
  for (const sign of [1, -1]) {
    const grid = Float32Array.from({ length: 32 }, (_, i) => sign * ((i % 16) - 8) * 0.25);
    const tensor = { dims: [1, 32], data: grid };
    expect(widenedBlocks(quantizeBlocks(tensor, { bits: 4, transposed: false })).data).toEqual(
      grid,
    );
  }
});

test('4 bits: no farther from the numbers than by the largest alone', () => {
  const { data } = widenedBlocks(quantizeBlocks(matrix, { bits: 4, transposed: false }));
  const squares = (rounded: ArrayLike<number>): number =>
    matrix.data.reduce((sum, x, i) => sum + (x - rounded[i]!) ** 2, 0);
  const plain = new Float32Array(matrix.data.length);
  for (let at = 0; at < 5; at++)
    for (let from = 0; from < 70; from += 32) {
      const [start, end] = [at * 70 + from, at * 70 + Math.min(70, from + 32)];
      const part = matrix.data.subarray(start, end);
      const largest = part.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      const scale = largest / -8;
      plain.set(
        part.map((x) => Math.min(7, Math.round(x / scale)) * scale),
        start,
      );
    }
  expect(squares(data)).toBeLessThan(0.95 * squares(plain));
});

test('a block of zeros stays so, and a matrix stored the other way around has the same blocks', () => {
  for (const bits of [4, 8] as const) {
    const zeros = { dims: [2, 32], data: new Float32Array(64) };
    expect(widenedBlocks(quantizeBlocks(zeros, { bits, transposed: false })).data).toEqual(
      zeros.data,
    );
    const upright = quantizeBlocks(matrix, { bits, transposed: false });
    const turned = quantizeBlocks(transpose(matrix), { bits, transposed: true });
    expect(turned.data).toEqual(upright.data);
    expect(widenedBlocks(turned)).toEqual(transpose(widenedBlocks(upright)));
  }
});

test('rows are a view of the whole', () => {
  for (const bits of [4, 8] as const) {
    const whole = quantizeBlocks(matrix, { bits, transposed: false });
    const rows = blockRows(whole, { from: 1, to: 3 });
    expect(rows.data.buffer).toBe(whole.data.buffer);
    expect(widenedBlocks(rows)).toEqual({
      dims: [2, 70],
      data: widenedBlocks(whole).data.subarray(70, 210),
    });
  }
});

test.each([8, 4] as const)('%i bits are the same, however few rows are read', async (bits) => {
  const large = noise([3, 700_001]);
  let reads = 0;
  const read = ({ from, to }: { from: number; to: number }): Promise<Float32Array> => {
    reads++;
    return Promise.resolve(large.data.subarray(from * 700_001, to * 700_001));
  };
  const rounded = quantizeBlocks(large, { bits, transposed: false });
  const found = await quantizeRows(large.dims, bits, read);
  expect(Buffer.compare(found.data, rounded.data)).toBe(0);
  expect(largestDifference(found.scales, rounded.scales)).toBe(0);
  expect(reads).toBe(3);
});
