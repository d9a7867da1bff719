// Products in 16 bits next to numbers worked out by hand: what is rounded, what overflows, and the
// gradient.

import { describe, expect, test } from 'vitest';
import * as ort from '#runtime/onnxruntime.js';
import { backward } from './backward.js';
import { Graph } from './graph.js';
import { halfProduct, toHalf } from './half.js';
import * as m from './math.js';

/**
 * y = x W for x [1, 2] and W = [[1, 2], [3, 4]], stored as it is or transposed, and the gradient of
 * sum(y * t) by x.
 */
async function run(
  x: readonly number[],
  t: readonly number[],
  transposed = false,
): Promise<{ y: number[]; gradient: number[] }> {
  const g = new Graph();
  const input = g.input('x', [1, 2]);
  const weight = m.cast(
    g,
    g.constant(Float32Array.from(transposed ? [1, 3, 2, 4] : [1, 2, 3, 4]), [2, 2]),
    'float16',
  );
  const y = halfProduct(g, input, toHalf(g, input), weight, transposed);
  g.output(
    'gradient',
    backward(g, m.sum(g, m.mul(g, y, g.constant(Float32Array.from(t), [1, 2]))), [input])[0]!,
  );
  g.output('y', y);
  const session = await ort.InferenceSession.create(g.encode(), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const out = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), [1, 2]) });
  return {
    y: [...(out['y']!.data as Float32Array)],
    gradient: [...(out['gradient']!.data as Float32Array)],
  };
}

describe.each([false, true])('halfProduct, W transposed: %s', (transposed) => {
  test('multiplies, and hands gradients back by the transposed matrix', async () => {
    expect(await run([1, 10], [1, 100], transposed)).toEqual({ y: [31, 42], gradient: [201, 403] });
  });

  test('rounds what it reads and what it gives to halves', async () => {
    // 2049 and 4099 lie between two halves; 3 * 683 = 2049 comes from numbers that are halves.
    expect(await run([2049, 0], [0, 683], transposed)).toEqual({
      y: [2048, 4096],
      gradient: [1366, 2732],
    });
    expect((await run([0, 683], [0, 0], transposed)).y).toEqual([2048, 2732]);
  });

  test('is infinite beyond 65504', async () => {
    expect(await run([0, 30_000], [0, 30_000], transposed)).toEqual({
      y: [Infinity, Infinity],
      gradient: [60_000, Infinity],
    });
  });
});
