// Every gradient rule against finite differences: in float64 where onnxruntime has the kernels,
// else in float32.

import { describe, expect, test } from 'vitest';
import * as ort from '#runtime/onnxruntime.js';
import { backward } from './backward.js';
import { rules } from './gradients.js';
import { Graph, sizeOf } from './graph.js';
import * as m from './math.js';
import { NoGradientError } from './no-gradient-error.js';
import type { FloatType, Value } from './types.js';

interface Case {
  readonly dims: readonly (readonly number[])[];
  readonly build: (g: Graph, ...inputs: Value[]) => Value;
  /** Maps the random inputs, of [-1, 1], into the op's domain. */
  readonly domain?: (x: number) => number;
  readonly float?: FloatType;
}
const positive = (x: number): number => 1.5 + x;
const wide = (x: number): number => 3 * x;
const indices = (g: Graph, ...items: number[]): Value => g.ints(items);

const referenceLogits = (g: Graph): Value =>
  g.constant(Float64Array.of(0.2, -1, 0.4, 0.9, 0.1, -0.3), [2, 3]);

const cases: Record<string, Case> = {
  Add: { dims: [[2, 3], [3]], build: m.add },
  Sub: {
    dims: [
      [2, 1],
      [2, 3],
    ],
    build: m.sub,
  },
  Mul: {
    dims: [
      [2, 3],
      [1, 3],
    ],
    build: m.mul,
  },
  Div: { dims: [[3], [2, 3]], build: m.div, domain: positive },
  Neg: { dims: [[4]], build: m.neg },
  Exp: { dims: [[4]], build: m.exp },
  Log: { dims: [[4]], build: m.log, domain: positive },
  Sqrt: { dims: [[4]], build: m.sqrt, domain: positive },
  Pow: { dims: [[4]], build: (g, x) => m.pow(g, x, 2.5), domain: positive },
  Sigmoid: { dims: [[4]], build: m.sigmoid },
  Softplus: { dims: [[4]], build: m.softplus, float: 'float32' },
  Tanh: { dims: [[4]], build: (g, x) => m.softCap(g, x, 0.5) },
  Erf: { dims: [[6]], build: m.erf, domain: wide, float: 'float32' },
  Gelu: { dims: [[6]], build: m.gelu, domain: wide, float: 'float32' },
  FastGelu: { dims: [[6]], build: m.geluTanh, domain: wide, float: 'float32' },
  Identity: { dims: [[4]], build: (g, x) => g.op('Identity', [x]) },
  Cast: {
    dims: [[4]],
    build: (g, x) => m.cast(g, m.cast(g, x, 'float32'), 'float64'),
    domain: (x) => Math.round(x * 64) / 64,
  },
  Softmax: { dims: [[2, 5]], build: m.softmax },
  Where: {
    dims: [[4], [4]],
    build: (g, a, b) => g.op('Where', [g.op('Less', [a, g.scalar(0)]), a, b]),
  },
  MatMul: {
    dims: [
      [2, 3, 4],
      [4, 2],
    ],
    build: (g, a, b) => m.matmul(g, a, b),
    float: 'float32',
  },
  FusedMatMul: {
    dims: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    build: (g, a, b) => m.matmul(g, a, b, { transB: true, alpha: 0.5 }),
    float: 'float32',
  },
  'FusedMatMul, first transposed': {
    dims: [
      [2, 4, 3],
      [2, 4, 5],
    ],
    build: (g, a, b) => m.matmul(g, a, b, { transA: true }),
    float: 'float32',
  },
  Gemm: {
    dims: [
      [3, 4],
      [4, 2],
      [3, 2],
    ],
    build: (g, a, b, c) => m.gemm(g, a, b, { alpha: 0.5 }, c),
  },
  'Gemm, second transposed': {
    dims: [[3, 4], [2, 4], [2]],
    build: (g, a, b, c) => m.gemm(g, a, b, { transB: true }, c),
  },
  'Gemm, both transposed': {
    dims: [
      [4, 3],
      [2, 4],
    ],
    build: (g, a, b) => m.gemm(g, a, b, { transA: true, transB: true }),
  },
  'Gemm, twice the same operand': {
    dims: [[3, 3]],
    build: (g, a) => m.gemm(g, m.gemm(g, a, a), a, {}, a),
  },
  QuickGelu: {
    dims: [[6]],
    build: (g, x) => g.op('QuickGelu', [x], { alpha: 1.5 }),
    float: 'float32',
  },
  LayerNormalization: {
    dims: [[3, 5], [5], [5]],
    build: (g, x, w, b) => m.layerNorm(g, x, w, b, 1e-5),
    float: 'float32',
  },
  SimplifiedLayerNormalization: {
    dims: [[3, 4], [4]],
    build: (g, x, w) => m.rmsNorm(g, x, w, 1e-5),
    float: 'float32',
  },
  RotaryEmbedding: {
    dims: [[1, 2, 3, 4]],
    build: (g, x) => {
      const angles = [0, 0, 0.3, 0.7, 0.6, 1.4];
      const table = (f: (a: number) => number): Value =>
        g.constant(Float32Array.from(angles, f), [3, 2]);
      return g.op('RotaryEmbedding', [x, g.ints([0]), table(Math.cos), table(Math.sin)]);
    },
    float: 'float32',
  },
  Reshape: { dims: [[2, 6]], build: (g, x) => m.reshape(g, x, [3, 4]) },
  Expand: { dims: [[2, 1]], build: (g, x) => m.expand(g, x, [3, 2, 4]) },
  Transpose: { dims: [[2, 3, 4]], build: (g, x) => m.transpose(g, x, [1, 2, 0]) },
  Split: { dims: [[2, 5]], build: (g, x) => m.exp(g, m.split(g, x, [2, 3], 1)[1]!) },
  Concat: {
    dims: [
      [2, 2],
      [2, 3],
    ],
    build: (g, a, b) => m.concat(g, [a, b], 1),
  },
  ReduceSum: { dims: [[2, 3, 2]], build: (g, x) => m.exp(g, m.sum(g, x, [1])) },
  ReduceMean: { dims: [[2, 3]], build: (g, x) => m.exp(g, m.mean(g, x, [-1], true)) },
  Gather: { dims: [[4, 3]], build: (g, x) => m.gather(g, x, indices(g, 2, 0, 2)) },
  GatherElements: {
    dims: [[2, 4]],
    build: (g, x) =>
      g.op('GatherElements', [x, m.reshape(g, indices(g, 3, 1), [2, 1])], { axis: 1 }),
  },
  Rearrange: {
    dims: [[3, 2]],
    build: (g, x) => m.rearrange(g, x, indices(g, 2, 0, 1), indices(g, 1, 2, 0)),
  },
  ReplaceRows: {
    dims: [[4, 2]],
    build: (g, x) => {
      const others = g.constant(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
      return m.replaceRows(g, x, others, indices(g, 0, -3, 2, -1));
    },
  },
  'ReplaceRows, of the others, too': {
    dims: [
      [4, 2],
      [2, 2],
    ],
    build: (g, x, others) =>
      m.replaceRows(g, x, m.exp(g, others), indices(g, 0, -1, 2, -2), indices(g, 3, 1)),
  },
  LinearLogSumExp: {
    dims: [
      [3, 4],
      [5, 4],
    ],
    build: (g, x, weight) => m.linearLogSumExp(g, x, [{ weight }]),
  },
  'LinearLogSumExp, capped, with a bias': {
    dims: [[3, 4], [5, 4], [5]],
    build: (g, x, weight, bias) => m.linearLogSumExp(g, x, [{ weight, bias }], 0.7),
  },
  'LinearLogSumExp, in parts': {
    dims: [[3, 4], [5, 4], [2, 4], [5], [2]],
    build: (g, x, first, second, b, c) =>
      m.linearLogSumExp(
        g,
        x,
        [
          { weight: first, bias: b },
          { weight: second, bias: c },
        ],
        0.7,
      ),
  },
  LinearDivergence: {
    dims: [[2, 4], [3, 4], [3]],
    build: (g, x, weight, bias) =>
      m.linearDivergence(g, x, { weight, bias }, referenceLogits(g), 0.7),
  },
};

/** Loss = sum(y * fixed weights), so that no symmetry of y hides an error. */
function lossOf(g: Graph, y: Value): Value {
  const size = sizeOf(y.dims);
  const weights = Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + 0.4));
  const constant = y.type === 'float64' ? Float64Array.from(weights) : Float32Array.from(weights);
  return m.sum(g, m.mul(g, y, g.constant(constant, y.dims)));
}

async function worstError({
  dims,
  build,
  domain = (x) => x,
  float = 'float64',
}: Case): Promise<number> {
  const g = new Graph(float);
  const inputs = dims.map((d, i) => g.input(`x${i}`, d));
  const loss = lossOf(g, build(g, ...inputs));
  const gradients = backward(g, loss, inputs);
  g.output('loss', loss);
  gradients.forEach((grad, i) => g.output(`g${i}`, grad));
  expect(gradients.map((grad) => grad.dims)).toEqual(dims);
  const session = await ort.InferenceSession.create(g.encode(), { logSeverityLevel: 3 });
  const Data = float === 'float64' ? Float64Array : Float32Array;
  const values = dims.map((d, i) => {
    const data = new Data(sizeOf(d));
    return data.map((_zero: number, k: number) => domain(Math.sin(3.1 * k + 2.3 * i + 0.5)));
  });
  const run = () =>
    session.run(
      Object.fromEntries(values.map((v, i) => [`x${i}`, new ort.Tensor(float, v, dims[i]!)])),
    );
  const at = async (): Promise<number> => Number((await run())['loss']!.data[0]);

  const exact = await run();
  const delta = float === 'float64' && build !== cases['Cast']!.build ? 1e-5 : 2 ** -8;
  let worst = 0;
  for (const [i, data] of values.entries()) {
    for (const k of data.keys()) {
      const x = data[k]!;
      data[k] = x + delta;
      const above = await at();
      data[k] = x - delta;
      const below = await at();
      data[k] = x;
      const expected = (above - below) / (2 * delta);
      worst = Math.max(
        worst,
        Math.abs(expected - Number(exact[`g${i}`]!.data[k])) / Math.max(1, Math.abs(expected)),
      );
    }
  }
  return worst;
}

describe('gradient rules agree with finite differences', () => {
  test.each(Object.entries(cases))('%s', async (_name, example) => {
    expect(await worstError(example)).toBeLessThan(example.float === 'float32' ? 1e-3 : 1e-7);
  });

  test('every rule has a case', () => {
    const tested = new Set(Object.keys(cases).map((name) => name.split(',')[0]!));
    expect(
      Object.keys(rules).filter(
        (op) =>
          op !== 'Int8Product' &&
          op !== 'HalfProduct' &&
          rules[op as keyof typeof rules] !== null &&
          !tested.has(op),
      ),
    ).toEqual([]);
  });
});

describe('backward', () => {
  test('names the op through which no gradient flows', () => {
    const g = new Graph();
    const x = g.input('x', [3]);
    expect(() => backward(g, m.max(g, x), [x])).toThrow(NoGradientError);
    expect(() => backward(g, m.max(g, x), [x])).toThrow('ReduceMax');
  });

  test('refuses a parameter the loss does not depend on', () => {
    const g = new Graph();
    const [x, y] = [g.input('x', [3]), g.input('y', [3])];
    expect(() => backward(g, m.sum(g, x), [x, y])).toThrow('does not depend on it');
  });

  test('serves sizes that vary from pass to pass', async () => {
    const g = new Graph();
    const x = g.input('x', ['rows', 2]);
    const y = m.mul(
      g,
      m.reshape(g, m.transpose(g, x, [1, 0]), [2, 'rows', 1]),
      g.input('w', [2, 1, 1]),
    );
    const loss = m.sum(g, y);
    g.output('gx', backward(g, loss, [x])[0]!);
    const session = await ort.InferenceSession.create(g.encode());
    for (const rows of [1, 3]) {
      const out = await session.run({
        x: new ort.Tensor('float32', new Float32Array(rows * 2), [rows, 2]),
        w: new ort.Tensor('float32', Float32Array.of(2, 5), [2, 1, 1]),
        'dim.rows': new ort.Tensor('int64', BigInt64Array.of(BigInt(rows)), [1]),
      });
      expect([...(out['gx']!.data as Float32Array)]).toEqual(
        Array.from({ length: rows }, () => [2, 5]).flat(),
      );
    }
  });
});
