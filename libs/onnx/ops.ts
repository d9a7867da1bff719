// The ops a graph may hold, as data: where each one is defined and the shape of its results.

import { item } from '#collections/items.js';
import { ShapeError } from './shape-error.js';
import type { Attributes, Dim, Dims, ElementType, Value } from './types.js';

export interface Shape {
  readonly dims: Dims;
  readonly type: ElementType;
}
interface OpSpec {
  readonly domain?: string;
  /**
   * Shape of the result. Absent where it depends on values: the caller then gives it. A method, so
   * that an op may say by its type how many operands it has.
   */
  infer?(inputs: readonly Value[], attributes: Attributes): Shape;
}

const broadcastDims = (a: Dims, b: Dims): Dims => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new ShapeError(`[${a}] and [${b}] do not broadcast`);
  });
};

type One = readonly [Value];
type Two = readonly [Value, Value];
type Three = readonly [Value, Value, Value];

const like = ([{ dims, type }]: One): Shape => ({ dims, type });
const broadcast = ([a, b]: Two): Shape => ({
  dims: broadcastDims(a.dims, b.dims),
  type: a.type,
});
const comparison = (inputs: Two): Shape => ({ dims: broadcast(inputs).dims, type: 'bool' });

/** Rows and columns of the matrices that a value holds. */
const matrixDims = (dims: Dims, isTransposed: unknown): readonly [Dim, Dim] => {
  const [rows, columns] = dims.slice(-2);
  if (rows === undefined || columns === undefined)
    throw new ShapeError(`expected a matrix for a product, found [${dims}]`);
  return isTransposed ? [columns, rows] : [rows, columns];
};

const matmul = ([a, b]: Two, { transA = 0, transB = 0 }: Attributes): Shape => {
  const [x, y] = [a.dims, b.dims];
  const [rows, inner] = matrixDims(x, transA);
  const [inner2, columns] = matrixDims(y, transB);
  if (inner !== inner2)
    throw new ShapeError(`matrix product of [${x}] and [${y}]: ${inner} is not ${inner2}`);
  const batches = broadcastDims(x.slice(0, -2), y.slice(0, -2));
  return { dims: [...batches, rows, columns], type: a.type };
};

const gather = ([x, indices]: Two, { axis = 0 }: Attributes): Shape => {
  const at = axis as number;
  return { dims: [...x.dims.slice(0, at), ...indices.dims, ...x.dims.slice(at + 1)], type: x.type };
};

const gatherNd = ([x, places]: Two): Shape => {
  const leading = item(places.dims, places.dims.length - 1) as number;
  return { dims: [...places.dims.slice(0, -1), ...x.dims.slice(leading)], type: x.type };
};

const ops = {
  Add: { infer: broadcast },
  Sub: { infer: broadcast },
  Mul: { infer: broadcast },
  Div: { infer: broadcast },
  Neg: { infer: like },
  Abs: { infer: like },
  Exp: { infer: like },
  Log: { infer: like },
  Sqrt: { infer: like },
  Pow: { infer: broadcast },
  Sigmoid: { infer: like },
  Tanh: { infer: like },
  Erf: { infer: like },
  Softplus: { infer: like },
  Identity: { infer: like },
  Softmax: { infer: like },
  LogSoftmax: { infer: like },
  Less: { infer: comparison },
  Where: { infer: ([, a, b]: Three) => broadcast([a, b]) },
  Cast: {},
  MatMul: { infer: matmul },
  FusedMatMul: { domain: 'com.microsoft', infer: matmul },
  Gemm: { infer: matmul },
  Gelu: { domain: 'com.microsoft', infer: like },
  FastGelu: { domain: 'com.microsoft', infer: like },
  QuickGelu: { domain: 'com.microsoft', infer: like },
  QuantizeLinear: {},
  MatMulIntegerToFloat: { domain: 'com.microsoft' },
  MultiHeadAttention: {
    domain: 'com.microsoft',
    infer: ([q]: Three) => ({ dims: q.dims, type: q.type }),
  },
  RotaryEmbedding: { domain: 'com.microsoft', infer: like },
  LayerNormalization: { infer: like },
  SimplifiedLayerNormalization: { infer: like },
  Reshape: {},
  Shape: { infer: ([x]: One) => ({ dims: [x.dims.length], type: 'int64' }) },
  Expand: {},
  Slice: {},
  Split: {},
  Concat: {},
  ConstantOfShape: {},
  ReduceSum: {},
  ReduceMean: {},
  ReduceMax: {},
  ArgMax: {},
  TopK: {},
  Transpose: {
    infer: ([x]: One, { perm }: Attributes) => ({
      dims: (perm as number[]).map((i) => item(x.dims, i)),
      type: x.type,
    }),
  },
  Gather: { infer: gather },
  GatherND: { infer: gatherNd },
  GatherElements: { infer: ([x, indices]: Two) => ({ dims: indices.dims, type: x.type }) },
  ScatterElements: { infer: like },
} as const satisfies Record<string, OpSpec>;

export type Op = keyof typeof ops;
export const specOf = (op: Op): OpSpec => ops[op];

/** Tape entries made of several nodes. */
export type Composite =
  | 'Rearrange'
  | 'ReplaceRows'
  | 'LinearLogSumExp'
  | 'LinearDivergence'
  | 'HalfProduct'
  | 'Int8Product';
