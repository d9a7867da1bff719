// The ops a graph may hold, as data: where each one is defined and the shape of its results.
import { ShapeError } from './shape-error.js';
import type { Attributes, Dim, Dims, ElementType, Value } from './types.js';

export interface Shape {
  readonly dims: Dims;
  readonly type: ElementType;
}
interface OpSpec {
  readonly domain?: string;
  /** Shapes of the results. Absent where they depend on values: the caller then gives them. */
  readonly infer?: (inputs: readonly Value[], attributes: Attributes) => readonly Shape[];
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

const like = ([x]: readonly Value[]): Shape[] => [{ dims: x!.dims, type: x!.type }];
const broadcast = ([a, b]: readonly Value[]): Shape[] => [
  { dims: broadcastDims(a!.dims, b!.dims), type: a!.type },
];
const comparison = (inputs: readonly Value[]): Shape[] => [
  { dims: broadcast(inputs)[0]!.dims, type: 'bool' },
];

const matmul = ([a, b]: readonly Value[], { transA = 0, transB = 0 }: Attributes): Shape[] => {
  const [x, y] = [a!.dims, b!.dims];
  if (x.length < 2 || y.length < 2) throw new ShapeError(`matrix product of [${x}] and [${y}]`);
  const [rows, inner] = transA ? [x.at(-1)!, x.at(-2)!] : [x.at(-2)!, x.at(-1)!];
  const [inner2, columns] = transB ? [y.at(-1)!, y.at(-2)!] : [y.at(-2)!, y.at(-1)!];
  if (inner !== inner2)
    throw new ShapeError(`matrix product of [${x}] and [${y}]: ${inner} is not ${inner2}`);
  return [
    { dims: [...broadcastDims(x.slice(0, -2), y.slice(0, -2)), rows, columns], type: a!.type },
  ];
};

const gather = ([x, indices]: readonly Value[], { axis = 0 }: Attributes): Shape[] => {
  const at = axis as number;
  return [
    { dims: [...x!.dims.slice(0, at), ...indices!.dims, ...x!.dims.slice(at + 1)], type: x!.type },
  ];
};

export const ops = {
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
  Less: { infer: comparison },
  Where: { infer: ([, a, b]) => broadcast([a!, b!]) },
  Cast: {},
  MatMul: { infer: matmul },
  FusedMatMul: { domain: 'com.microsoft', infer: matmul },
  Gemm: { infer: matmul },
  Gelu: { domain: 'com.microsoft', infer: like },
  FastGelu: { domain: 'com.microsoft', infer: like },
  QuickGelu: { domain: 'com.microsoft', infer: like },
  QuantizeLinear: {},
  MatMulIntegerToFloat: { domain: 'com.microsoft' },
  RotaryEmbedding: { domain: 'com.microsoft', infer: like },
  LayerNormalization: { infer: like },
  SimplifiedLayerNormalization: { infer: like },
  Reshape: {},
  Shape: { infer: ([x]) => [{ dims: [x!.dims.length], type: 'int64' }] },
  Expand: {},
  Slice: {},
  Split: {},
  Concat: {},
  ConstantOfShape: {},
  ReduceSum: {},
  ReduceMean: {},
  ReduceMax: {},
  ArgMax: {},
  Transpose: {
    infer: ([x], { perm }) => [{ dims: (perm as number[]).map((i) => x!.dims[i]!), type: x!.type }],
  },
  Gather: { infer: gather },
  GatherElements: { infer: ([x, indices]) => [{ dims: indices!.dims, type: x!.type }] },
  ScatterElements: { infer: like },
} as const satisfies Record<string, OpSpec>;

export type Op = keyof typeof ops;
export const specOf = (op: Op): OpSpec => ops[op];

/** Steps made of several nodes. */
export type Composite =
  | 'Rearrange'
  | 'LinearLogSumExp'
  | 'LinearDivergence'
  | 'HalfProduct'
  | 'Int8Product';
