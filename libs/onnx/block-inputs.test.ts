// Matrices in blocks within a graph, next to what they stand for, multiplied plainly.

import { expect, test } from 'vitest';
import { type BlockTensor, quantizeBlocks, widenedBlocks } from '#models/tensors/block-tensor.js';
import { transpose } from '#models/tensors/matrix.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';
import { largestDifference } from '#testing/golden.js';
import { Graph } from './graph.js';
import * as m from './math.js';

const [N, K, M] = [45, 70, 6]; // the last block of a row is padded
const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233));
const x = noise(M * K, 1);
const onto = noise(M * N, 2);
const compute = { device: 'cpu', threads: 1 } as const;

const layouts = ([4, 8] as const).flatMap((bits) =>
  [false, true].flatMap((transposed) =>
    [false, true].map((hasOffsets) => ({ bits, transposed, hasOffsets })),
  ),
);
/** Of scales and offsets of so few bits that numbers are the same in float32. */
const short = (number: number): number => Math.round(number * 1024) / 1024;
function weightOf({ bits, transposed, hasOffsets }: (typeof layouts)[number]): BlockTensor {
  const upright = { dims: [N, K], data: noise(N * K, 3) };
  const blocks = quantizeBlocks(transposed ? transpose(upright) : upright, { bits, transposed });
  if (!hasOffsets) return blocks;
  const scales = blocks.scales.map(short);
  return { ...blocks, scales, offsets: scales.map((_, i) => short(Math.sin(i))) };
}

/** x [rows, K] by W^T, W [N, K]. */
function plainProduct(left: Float32Array, weight: BlockTensor): Float32Array {
  const wide = widenedBlocks(weight);
  const { data } = weight.transposed ? transpose(wide) : wide;
  const rows = left.length / K;
  return Float32Array.from({ length: rows * N }, (_, at) => {
    const [row, column] = [Math.floor(at / N), at % N];
    let sum = 0;
    for (let i = 0; i < K; i++) sum += left[row * K + i]! * data[column * K + i]!;
    return sum;
  });
}

test.each(layouts)(
  'products of $bits bits (transposed: $transposed, offsets: $hasOffsets) round what they multiply, and no row sees another',
  async (layout) => {
    const weight = weightOf(layout);
    const g = new Graph();
    const input = g.input('x', ['rows', K]);
    const matrix = g.input('w', weight.dims);
    const options = { transB: !layout.transposed };
    g.output('product', m.gemm(g, input, matrix, options));
    g.output('onto', m.gemm(g, input, matrix, options, g.input('below', ['rows', N])));
    const session = await GraphSession.create(g, compute, new Map([['w', weight]]));
    const run = (left: Float32Array, below: Float32Array) => {
      const rows = left.length / K;
      return session.run(
        { x: { dims: [rows, K], data: left }, below: { dims: [rows, N], data: below } },
        { rows },
      );
    };
    const together = await run(x, onto);
    const expected = plainProduct(x, weight);
    const largest = Math.max(...expected.map(Math.abs));
    const off = largestDifference(together.get('product')!, expected);
    // A block of x in 8 bits is off by 1/254 of its largest number at most, at random.
    expect(off).toBeLessThan(0.01 * largest);
    expect(off).toBeGreaterThan(1e-5 * largest);
    for (let i = 0; i < M * N; i++)
      expect(together.get('onto')![i]).toBe(Math.fround(together.get('product')![i]! + onto[i]!));
    for (let row = 0; row < M; row++) {
      const alone = await run(x.slice(row * K, (row + 1) * K), onto.slice(row * N, (row + 1) * N));
      for (const name of ['product', 'onto']) {
        const one = together.get(name)!.slice(row * N, (row + 1) * N);
        // What offsets add is a float32 product, which sums a row alone in another order; so does the
        // product of 4 bits where the CPU has no AVX-512.
        if (layout.hasOffsets || layout.bits === 4)
          expect(largestDifference(alone.get(name)!, one)).toBeLessThan(1e-5 * largest);
        else expect(alone.get(name)).toEqual(one);
      }
    }
    await session.close();
  },
);

test.each(layouts)(
  'rows, parts and other uses of $bits bits (transposed: $transposed, offsets: $hasOffsets) are the very numbers',
  async (layout) => {
    const weight = weightOf(layout);
    const wide = widenedBlocks(weight);
    const [, columns] = wide.dims as [number, number];
    const g = new Graph();
    const matrix = g.input('w', wide.dims);
    g.output('rows', m.gather(g, matrix, g.input('ids', ['picked'], 'int64')));
    const groups = g.input('groups', ['first', 'second'], 'int64');
    g.output('groups of rows', m.gather(g, matrix, groups));
    g.output('twice', m.add(g, matrix, matrix));
    const session = await GraphSession.create(g, compute, new Map([['w', weight]]));
    const result = await session.run(
      { ids: int64([4, 0, 4]), groups: { ...int64([1, 2, 3, 0, 4, 0]), dims: [3, 2] } },
      { picked: 3, first: 3, second: 2 },
    );
    const row = (at: number): Float32Array => wide.data.slice(at * columns, (at + 1) * columns);
    expect(result.get('rows')).toEqual(Float32Array.from([...row(4), ...row(0), ...row(4)]));
    expect(result.get('groups of rows')).toEqual(
      Float32Array.from([1, 2, 3, 0, 4, 0].flatMap((at) => [...row(at)])),
    );
    expect(result.get('twice')).toEqual(wide.data.map((value) => 2 * value));
    await session.close();
  },
);

test.each([4, 8] as const)('a part of %i bits is multiplied as float32', async (bits) => {
  const weight = weightOf({ bits, transposed: false, hasOffsets: false });
  const g = new Graph();
  const part = g.rows(g.input('w', [N, K]), { from: 10, to: 30 });
  g.output('logits', m.gemm(g, g.input('x', ['rows', K]), part, { transB: true }));
  const session = await GraphSession.create(g, compute, new Map([['w', weight]]));
  const logits = (await session.run({ x: { dims: [M, K], data: x } }, { rows: M })).get('logits')!;
  const expected = plainProduct(x, weight);
  for (let row = 0; row < M; row++)
    expect(
      largestDifference(
        logits.slice(row * 20, (row + 1) * 20),
        expected.slice(row * N + 10, row * N + 30),
      ),
    ).toBeLessThan(1e-4);
  await session.close();
});
