// Tensor arithmetic by name: thin, typed calls over Graph.op.

import { first } from '#collections/items.js';
import type { Graph } from './graph.js';
import { ShapeError } from './shape-error.js';
import {
  type Dim,
  type Dims,
  type ElementType,
  elementTypes,
  sameDims,
  type Value,
  type ValueOfEach,
} from './types.js';

const binary = (op: 'Add' | 'Sub' | 'Mul' | 'Div') => (g: Graph, a: Value, b: Value) =>
  g.op(op, [a, b]);
const unary =
  (op: 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Sigmoid' | 'Softplus' | 'Tanh' | 'Erf') =>
  (g: Graph, x: Value) =>
    g.op(op, [x]);

/** Elementwise, with numpy's broadcasting. */
export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
export const neg = unary('Neg');
export const exp = unary('Exp');
export const log = unary('Log');
export const sqrt = unary('Sqrt');
export const sigmoid = unary('Sigmoid');
export const softplus = unary('Softplus');
export const tanh = unary('Tanh');
export const erf = unary('Erf');
/** x^exponent, elementwise. */
export const pow = (g: Graph, x: Value, exponent: number): Value =>
  g.op('Pow', [x, g.scalar(exponent)]);
export const scale = (g: Graph, x: Value, factor: number): Value =>
  factor === 1 ? x : mul(g, x, g.scalar(factor));
/** x * sigmoid(x), as one kernel. */
export const silu = (g: Graph, x: Value): Value => g.op('QuickGelu', [x], { alpha: 1 });
/** x * sigmoid(1.702 x): CLIP's approximation of GELU, as one kernel. */
export const quickGelu = (g: Graph, x: Value): Value => g.op('QuickGelu', [x], { alpha: 1.702 });
/** x * P(X <= x) for a standard normal X: GELU by the error function, as one kernel. */
export const gelu = (g: Graph, x: Value): Value => g.op('Gelu', [x]);
/** GELU by its tanh approximation ("gelu_new", "gelu_pytorch_tanh"), as one kernel. */
export const geluTanh = (g: Graph, x: Value): Value => g.op('FastGelu', [x]);
/** Keeps x within (-cap, cap), smoothly: cap * tanh(x / cap). */
export const softCap = (g: Graph, x: Value, cap: number): Value =>
  scale(g, tanh(g, scale(g, x, 1 / cap)), cap);
export const logSoftmax = (g: Graph, x: Value): Value => g.op('LogSoftmax', [x], { axis: -1 });
export const softmax = (g: Graph, x: Value): Value => g.op('Softmax', [x], { axis: -1 });

export interface Transposes {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor of the product. */
  readonly alpha?: number;
}
const flags = ({ transA, transB, alpha = 1 }: Transposes) => ({
  transA: Number(transA ?? 0),
  transB: Number(transB ?? 0),
  alpha,
});

/** alpha * a' b' + c for matrices: one kernel, the sum included. */
export const gemm = (g: Graph, a: Value, b: Value, options: Transposes = {}, c?: Value): Value =>
  g.op('Gemm', c ? [a, b, c] : [a, b], flags(options));

/** alpha * a' b' over the last two dimensions; leading ones broadcast. */
export const matmul = (g: Graph, a: Value, b: Value, options: Transposes = {}): Value => {
  const attributes = flags(options);
  const plain = !attributes.transA && !attributes.transB && attributes.alpha === 1;
  return plain ? g.op('MatMul', [a, b]) : g.op('FusedMatMul', [a, b], attributes);
};

export const reshape = (g: Graph, x: Value, dims: Dims): Value =>
  sameDims(x.dims, dims) ? x : g.op('Reshape', [x, g.shape(dims)], {}, { dims, type: x.type });
export const expand = (g: Graph, x: Value, dims: Dims): Value =>
  sameDims(x.dims, dims) ? x : g.op('Expand', [x, g.shape(dims)], {}, { dims, type: x.type });
export const transpose = (g: Graph, x: Value, perm: readonly number[]): Value =>
  g.op('Transpose', [x], { perm });
export const zeros = (g: Graph, dims: Dims): Value => expand(g, g.scalar(0), dims);
export const cast = (g: Graph, x: Value, type: ElementType): Value =>
  x.type === type ? x : g.op('Cast', [x], { to: elementTypes[type] }, { dims: x.dims, type });

/** Rows (along the first dimension) at the given indices. */
export const gather = (g: Graph, x: Value, indices: Value): Value =>
  g.op('Gather', [x, indices], { axis: 0 });

/**
 * Rows of x in other places, [rows, n] -> [places.dims, n]. The gradient is gathered too: `back`
 * tells where each row of x went. A row that fills further places is there for its shape's sake
 * alone: nothing may depend on those.
 */
export const rearrange = (g: Graph, x: Value, places: Value, back: Value): Value =>
  g.composite('Rearrange', [x], () => ({ output: gather(g, x, places), saved: [back] }));

/**
 * Rows of x [N, n], some of which others [M, n] take the place of.
 * @param sources [N] int64: a row's own index where it stays, below 0 where one of the others stands
 * there, counted from their end.
 * @param places [M] int64: where each of the others stands, in one place each, by which their
 * gradients are found. Absent: they are constant.
 */
export const replaceRows = (
  g: Graph,
  x: Value,
  others: Value,
  sources: Value,
  places?: Value,
): Value =>
  g.composite('ReplaceRows', [x, others], () => {
    const dims = ['own and others', ...x.dims.slice(1)];
    const all = g.op('Concat', [x, others], { axis: 0 }, { dims, type: x.type });
    return { output: gather(g, all, sources), saved: places ? [sources, places] : [sources] };
  });

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export function concat(g: Graph, parts: readonly Value[], axis: number): Value {
  const { dims, type } = first(parts);
  const at = positive(axis, dims.length);
  const sizes = parts.map((part) => part.dims[at]);
  if (!sizes.every((size) => typeof size === 'number'))
    throw new ShapeError('concat along a dimension that varies');
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return g.op('Concat', parts, { axis: at }, { dims: dims.with(at, total), type });
}

export function split<const S extends readonly number[]>(
  g: Graph,
  x: Value,
  sizes: S,
  axis: number,
): ValueOfEach<S> {
  const at = positive(axis, x.dims.length);
  const shapes = sizes.map((size) => ({
    dims: x.dims.map((dim, i): Dim => (i === at ? size : dim)),
    type: x.type,
  }));
  return g.opWithOutputs('Split', [x, g.ints(sizes)], { axis: at }, shapes) as ValueOfEach<S>;
}

function reduce(
  op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax',
  g: Graph,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  const at = axes.map((axis) => positive(axis, x.dims.length));
  const dims = keepDims
    ? x.dims.map((dim, i) => (at.includes(i) ? 1 : dim))
    : x.dims.filter((_, i) => !at.includes(i));
  return g.op(op, [x, g.ints(at)], { keepdims: Number(keepDims) }, { dims, type: x.type });
}
const allAxes = (x: Value): number[] => x.dims.map((_, i) => i);
export const sum = (g: Graph, x: Value, axes = allAxes(x), keepDims = false): Value =>
  reduce('ReduceSum', g, x, axes, keepDims);
export const mean = (g: Graph, x: Value, axes = allAxes(x), keepDims = false): Value =>
  reduce('ReduceMean', g, x, axes, keepDims);
export const max = (g: Graph, x: Value, axes = allAxes(x), keepDims = false): Value =>
  reduce('ReduceMax', g, x, axes, keepDims);

/** [rows, columns] -> [rows] int64: column of each row's largest element, the first of equals. */
export const argMax = (g: Graph, x: Value): Value =>
  g.op('ArgMax', [x], { axis: -1, keepdims: 0 }, { dims: x.dims.slice(0, -1), type: 'int64' });

/**
 * [rows, columns] -> the largest elements of each row, largest first and the first of equals first,
 * and their columns (int64), [rows, count] each.
 */
export function topK(g: Graph, x: Value, count: number): { values: Value; columns: Value } {
  const dims = x.dims.with(x.dims.length - 1, count);
  const shapes = [
    { dims, type: x.type },
    { dims, type: 'int64' },
  ] as const;
  const [values, columns] = g.opWithOutputs('TopK', [x, g.ints([count])], { axis: -1 }, shapes);
  return { values, columns };
}

/** RMSNorm over the last dimension: x / sqrt(mean(x^2) + epsilon) * weight. */
export const rmsNorm = (g: Graph, x: Value, weight: Value, epsilon: number): Value =>
  g.op('SimplifiedLayerNormalization', [x, weight], { axis: -1, epsilon });

/**
 * LayerNorm over the last dimension: (x - mean(x)) / sqrt(variance(x) + epsilon) * weight + bias.
 */
export const layerNorm = (g: Graph, x: Value, weight: Value, bias: Value, epsilon: number): Value =>
  g.op('LayerNormalization', [x, weight, bias], { axis: -1, epsilon });

/**
 * A part of a head, or all of it: logits z = cap(x W^T + b) of some tokens, cap(z) = softCap *
 * tanh(z / softCap).
 */
export interface HeadPart {
  /** W [tokens, h]. */
  readonly weight: Value;
  /** b [tokens]. */
  readonly bias?: Value;
  /** x W^T without its gradient, such as in 8 bits. Default: a float32 product. */
  readonly product?: (x: Value) => Value;
}

/**
 * Softmax and logsumexp of rows. Stable without a second exponential: the largest probability is 1
 * / sum(exp(z - max)).
 */
function normalised(g: Graph, logits: Value) {
  const largest = max(g, logits, [-1], true);
  const probabilities = softmax(g, logits);
  return { probabilities, normaliser: sub(g, largest, log(g, max(g, probabilities, [-1], true))) };
}

/** Logits of x [P, h] by a part: [P, tokens]. */
export function logitsOf(
  g: Graph,
  x: Value,
  { weight, bias, product }: HeadPart,
  cap?: number,
): Value {
  const raw = product
    ? bias
      ? add(g, product(x), bias)
      : product(x)
    : gemm(g, x, weight, { transB: true }, bias);
  return cap ? softCap(g, raw, cap) : raw;
}

const tensorsOf = (parts: readonly HeadPart[]): Value[] => [
  ...parts.map(({ weight }) => weight),
  ...parts.flatMap(({ bias }) => bias ?? []),
];

/** A gradient by capped logits as one by the logits before: times 1 - (z / cap)^2. */
function beforeCap(g: Graph, grad: Value, logits: Value, cap?: number): Value {
  if (!cap) return grad;
  const share = scale(g, logits, 1 / cap);
  return mul(g, grad, sub(g, g.scalar(1), mul(g, share, share)));
}

/**
 * log(sum(exp(z))) of the logits z of x [P, h] by a head's parts: [P, 1]. An entry of its own
 * because its gradient then needs one [P, V] tensor: with D = softmax(z) cap'(z), g * (D W). Of
 * several parts each is normalised by itself, while it is in the processor's cache; its share of
 * the whole comes after.
 */
export const linearLogSumExp = (
  g: Graph,
  x: Value,
  parts: readonly HeadPart[],
  cap?: number,
): Value =>
  g.composite(
    'LinearLogSumExp',
    [x, ...tensorsOf(parts)],
    () => {
      const each = parts.map((part) => {
        const logits = logitsOf(g, x, part, cap);
        const { probabilities, normaliser } = normalised(g, logits);
        return { slope: beforeCap(g, probabilities, logits, cap), normaliser };
      });
      const slopes = each.map(({ slope }) => slope);
      const normalisers = each.map((part) => part.normaliser);
      if (parts.length === 1) return { output: first(normalisers), saved: slopes };
      const { probabilities: shares, normaliser } = normalised(g, concat(g, normalisers, 1));
      return {
        output: normaliser,
        saved: [
          ...slopes,
          ...split(
            g,
            shares,
            parts.map(() => 1),
            1,
          ),
        ],
      };
    },
    { parts: parts.length },
  );

/**
 * KL(p || q) of p = softmax(reference) and q = softmax of the logits of x by W, summed over the
 * vocabulary: [P, 1].
 * @param reference logits [P, V] that nothing is trained through. The gradient is as above with D =
 * (q - p) cap'(z).
 */
export const linearDivergence = (
  g: Graph,
  x: Value,
  head: HeadPart,
  reference: Value,
  cap?: number,
): Value =>
  g.composite(
    'LinearDivergence',
    [x, ...tensorsOf([head])],
    () => {
      const logits = logitsOf(g, x, head, cap);
      const { probabilities, normaliser } = normalised(g, logits);
      const { probabilities: p, normaliser: referenceNormaliser } = normalised(g, reference);
      const cross = sum(g, mul(g, p, sub(g, reference, logits)), [-1], true);
      const output = add(g, sub(g, cross, referenceNormaliser), normaliser);
      return { output, saved: [beforeCap(g, sub(g, probabilities, p), logits, cap)] };
    },
    { parts: 1 },
  );
