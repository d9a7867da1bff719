// Products in 8 bits next to the same in float32.

import { describe, expect, test } from 'vitest';
import * as ort from '#runtime/onnxruntime.js';
import { cosine } from '#testing/cosine.js';
import { backward } from './backward.js';
import { Graph } from './graph.js';
import { int8Product, quantizeRows } from './int8.js';
import * as m from './math.js';
import type { Value } from './types.js';

const [K, N] = [64, 48];
const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from(
    { length: size },
    (_, i) => Math.sin(i * 12.9898 + seed) * Math.cos(i * 4.1414 + seed),
  );
const weight = noise(K * N, 1);

/** Columns of [rows, columns] as integers and scales. */
function quantized(
  g: Graph,
  data: Float32Array,
  rows: number,
  columns: number,
): { values: Value; scales: Value } {
  const scales = new Float32Array(columns);
  for (const [i, x] of data.entries())
    scales[i % columns] = Math.max(scales[i % columns]!, Math.abs(x) / 127);
  return {
    values: g.constant(
      Int8Array.from(data, (x, i) => Math.round(x / scales[i % columns]!)),
      [rows, columns],
    ),
    scales: g.constant(scales),
  };
}
const transposed = Float32Array.from(weight, (_, i) => weight[(i % K) * N + Math.floor(i / K)]!);

interface Result {
  readonly y: Float32Array;
  readonly gradient: Float32Array;
}

/** y = x W and the gradient of sum(y * t), in 8 bits or in float32. */
async function run(x: Float32Array, int8: boolean): Promise<Result> {
  const g = new Graph();
  const input = g.input('x', ['rows', K]);
  const y = int8
    ? int8Product(
        g,
        input,
        quantizeRows(g, input),
        quantized(g, weight, K, N),
        quantized(g, transposed, N, K),
      )
    : m.gemm(g, input, g.constant(weight, [K, N]));
  const loss = m.sum(g, m.mul(g, y, g.input('t', ['rows', N])));
  g.output('gradient', backward(g, loss, [input])[0]!);
  g.output('y', y);
  const session = await ort.InferenceSession.create(g.encode(), { logSeverityLevel: 3 });
  const rows = x.length / K;
  const feeds = {
    x: new ort.Tensor('float32', x, [rows, K]),
    t: new ort.Tensor('float32', noise(rows * N, 3), [rows, N]),
    'dim.rows': new ort.Tensor('int64', BigInt64Array.of(BigInt(rows)), [1]),
  };
  const used = Object.fromEntries(
    Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)),
  );
  const out = await session.run(used);
  return { y: out['y']!.data as Float32Array, gradient: out['gradient']!.data as Float32Array };
}

describe('int8Product', () => {
  const x = noise(5 * K, 2);

  test('is close to the product in float32, and so is its gradient', async () => {
    const [exact, rough] = [await run(x, false), await run(x, true)];
    expect(cosine(exact.y, rough.y)).toBeGreaterThan(0.9999);
    expect(cosine(exact.gradient, rough.gradient)).toBeGreaterThan(0.9999);
  });

  test('a row does not depend on the other rows, however large they are', async () => {
    const alone = await run(x.slice(0, K), true);
    const crowd = x.slice();
    for (let i = K; i < crowd.length; i++) crowd[i]! *= 1000;
    const among = await run(crowd, true);
    expect(among.y.slice(0, N)).toEqual(alone.y);
    expect(among.gradient.slice(0, K)).toEqual(alone.gradient);
  });

  test('a row of zeros gives zeros', async () => {
    const { y } = await run(new Float32Array(K), true);
    expect([...y].every((value) => value === 0)).toBe(true);
  });
});
