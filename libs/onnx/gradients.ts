// One gradient rule per op, as data: given the gradient of a tape entry's results, how its
// operands' gradients are built.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { Graph, TapeEntry } from './graph.js';
import { halfGradient } from './half.js';
import { int8Gradient } from './int8.js';
import * as m from './math.js';
import { NoGradientError } from './no-gradient-error.js';
import type { Composite, Op } from './ops.js';
import { sameDims, type Value } from './types.js';

/**
 * The gradient of one operand, built only if someone needs it. `into` may add what has been
 * accumulated so far within its own kernel (Gemm's C operand); `plain` leaves the sum to the walk.
 */
export type Contribution = { plain: () => Value } | { into: (sum?: Value) => Value };

export interface Context {
  readonly graph: Graph;
  readonly entry: TapeEntry;
  /** The first operand and the first result. */
  readonly x: Value;
  readonly y: Value;
  /** Gradient of the first result. */
  readonly grad: Value;
  /** Gradients of all results; undefined where nothing depends on one. */
  readonly grads: readonly (Value | undefined)[];
}

/** Contributions by operand; null for operands that are never differentiated (indices, shapes). */
export type Rule = (context: Context) => readonly (Contribution | null)[];

const plain = (build: () => Value): Contribution => ({ plain: build });

/** Rule of an elementwise op of one operand, from its derivative times the gradient. */
const pointwise =
  (derivative: (g: Graph, grad: Value, x: Value, y: Value) => Value): Rule =>
  ({ graph, x, y, grad }) => [plain(() => derivative(graph, grad, x, y))];

/** s * (1 - s) */
const logistic = (g: Graph, s: Value): Value => m.mul(g, s, m.sub(g, g.scalar(1), s));

type Product = (g: Graph, a: Value, b: Value, options: m.Transposes, sum?: Value) => Value;

/** Both operands of y = alpha a' b'; the four cases are the ways two matrices can be transposed. */
const operands = (
  { graph: g, entry, grad }: Context,
  product: Product,
): [(sum?: Value) => Value, (sum?: Value) => Value] => {
  const [a, b] = entry.inputs as [Value, Value];
  const transA = Boolean(entry.attributes['transA']);
  const transB = Boolean(entry.attributes['transB']);
  const alpha = (entry.attributes['alpha'] as number | undefined) ?? 1;
  return [
    (sum) =>
      transA
        ? product(g, b, grad, { transA: transB, transB: true, alpha }, sum)
        : product(g, grad, b, { transB: !transB, alpha }, sum),
    (sum) =>
      transB
        ? product(g, grad, a, { transA: true, transB: transA, alpha }, sum)
        : product(g, a, grad, { transA: !transA, alpha }, sum),
  ];
};

const batchedProduct: Rule = (context) => {
  const [a, b] = operands(context, m.matmul);
  return [plain(() => a()), plain(() => b())];
};

const gemm: Rule = (context) => {
  const [a, b] = operands(context, m.gemm);
  return [{ into: a }, { into: b }, plain(() => context.grad)];
};

/**
 * 1 / sqrt(mean(x^2) + eps) of each row. The norms' own second results are not used: onnxruntime's
 * WebGPU kernels leave them unwritten.
 */
const inverseDeviation = (g: Graph, x: Value, entry: TapeEntry): Value => {
  const variance = m.mean(g, m.mul(g, x, x), [-1], true);
  return m.div(
    g,
    g.scalar(1),
    m.sqrt(g, m.add(g, variance, g.scalar(entry.attributes['epsilon'] as number))),
  );
};

/** y = n w with n = x inv. With v = grad w: dx = (v - n mean(v n)) inv. */
const rmsNorm: Rule = ({ graph: g, entry, grad }) => {
  const [x, weight] = entry.inputs as [Value, Value];
  const inverse = inverseDeviation(g, x, entry);
  const normed = m.mul(g, x, inverse);
  return [
    plain(() => {
      const weighted = m.mul(g, grad, weight);
      const along = m.mean(g, m.mul(g, weighted, normed), [-1], true);
      return m.mul(g, m.sub(g, weighted, m.mul(g, normed, along)), inverse);
    }),
    plain(() => m.mul(g, grad, normed)),
  ];
};

/**
 * y = n w + b with n = (x - mean) inv. With v = grad w - n mean(grad w n): dx = (v - mean(v)) inv,
 * since n's mean is 0.
 */
const layerNorm: Rule = ({ graph: g, entry, grad }) => {
  const [x, weight] = entry.inputs as [Value, Value];
  const centred = m.sub(g, x, m.mean(g, x, [-1], true));
  const inverse = inverseDeviation(g, centred, entry);
  const normed = m.mul(g, centred, inverse);
  return [
    plain(() => {
      const weighted = m.mul(g, grad, weight);
      const along = m.mean(g, m.mul(g, weighted, normed), [-1], true);
      const across = m.sub(g, weighted, m.mul(g, normed, along));
      return m.mul(g, m.sub(g, across, m.mean(g, across, [-1], true)), inverse);
    }),
    plain(() => m.mul(g, grad, normed)),
    plain(() => grad),
  ];
};

/** y = x P(x), so y' = P(x) + x p(x), with P(x) = (1 + erf(x / sqrt 2)) / 2 and p its density. */
const gelu: Rule = ({ graph: g, x, grad }) => [
  plain(() => {
    const z = m.scale(g, x, Math.SQRT1_2);
    const bell = m.exp(g, m.sub(g, g.scalar(Math.log(2 / Math.sqrt(Math.PI))), m.mul(g, z, z)));
    const twice = m.add(g, m.add(g, m.erf(g, z), m.mul(g, z, bell)), g.scalar(1));
    return m.mul(g, grad, m.scale(g, twice, 0.5));
  }),
];

/**
 * y = x (1 + tanh u) / 2 = x s with s = sigmoid(2 u), 2 u = x (a + b x^2): y' = s + y (1 - s) (a +
 * 3 b x^2).
 */
const geluTanh: Rule = ({ graph: g, x, y, grad }) => [
  plain(() => {
    const a = g.scalar(2 * Math.sqrt(2 / Math.PI));
    const cubic = m.scale(g, m.mul(g, x, x), 2 * Math.sqrt(2 / Math.PI) * 0.044715);
    const s = m.sigmoid(g, m.mul(g, x, m.add(g, cubic, a)));
    const slope = m.add(g, m.scale(g, cubic, 3), a);
    return m.mul(g, grad, m.add(g, s, m.mul(g, m.mul(g, y, m.sub(g, g.scalar(1), s)), slope)));
  }),
];

const reduction =
  (share: (reduced: Value['dims']) => number): Rule =>
  ({ graph: g, entry, x, y, grad }) => {
    const kept = keptDims(x, y, entry);
    const scaled = m.scale(g, grad, share(x.dims.filter((dim, i) => kept[i] !== dim)));
    return [plain(() => m.expand(g, m.reshape(g, scaled, kept), x.dims)), null];
  };

/** Dims of a reduction's result as if it kept the reduced ones, with size 1. */
const keptDims = (x: Value, y: Value, { op }: TapeEntry): Value['dims'] => {
  if (y.dims.length === x.dims.length) return y.dims;
  let next = 0;
  const kept = x.dims.map((dim) => {
    if (y.dims[next] !== dim) return 1;
    next += 1;
    return dim;
  });
  if (next !== y.dims.length)
    throw new NoGradientError(op, `[${x.dims}] to [${y.dims}] cannot be traced back`);
  return kept;
};

const oneOverSize = (dims: Value['dims']): number => {
  const size = dims.reduce<number>((product, dim) => product * Number(dim), 1);
  if (Number.isNaN(size)) throw new NoGradientError('ReduceMean', 'a reduced size varies');
  return 1 / size;
};

const gather: Rule = ({ graph: g, entry, grad }) => {
  const [x, indices] = entry.inputs as [Value, Value];
  if (entry.attributes['axis'] !== 0 || indices.dims.length !== 1)
    throw new NoGradientError('Gather', 'indices must be a vector of rows');
  return [
    // ScatterElements and not ScatterND: its sum over equal indices runs in one thread, so in one
    // order.
    plain(() => {
      const column = m.reshape(g, indices, [...indices.dims, ...x.dims.slice(1).map(() => 1)]);
      return g.op('ScatterElements', [m.zeros(g, x.dims), m.expand(g, column, grad.dims), grad], {
        axis: 0,
        reduction: 'add',
      });
    }),
    null,
  ];
};

/**
 * With D = d result / d (x W^T + b) of each part W, b of a head: d/dx = grad * sum(D W), d/dW = D^T
 * (grad * x), as a row's scalar moves past the product. Of several parts D is share * slope, the
 * share a row's scalar too.
 */
const linear: Rule = ({ graph: g, entry, grad }) => {
  const parts = entry.attributes['parts'] as number;
  const [x, ...tensors] = entry.inputs as [Value, ...Value[]];
  const [weights, biases] = [tensors.slice(0, parts), tensors.slice(parts)];
  const [slopes, shares] = [entry.saved.slice(0, parts), entry.saved.slice(parts)];
  const shared = (value: Value, i: number): Value =>
    shares[i] ? m.mul(g, value, shares[i]) : value;
  return [
    plain(() => {
      const products = zip(slopes, weights).map(([slope, weight], i) =>
        shared(m.gemm(g, slope, weight), i),
      );
      return m.mul(
        g,
        products.reduce((sum, product) => m.add(g, sum, product)),
        grad,
      );
    }),
    ...slopes.map((slope, i): Contribution => ({
      into: (sum) => m.gemm(g, slope, m.mul(g, x, shared(grad, i)), { transA: true }, sum),
    })),
    ...biases.map((bias, i) =>
      plain(() =>
        m.reshape(g, m.gemm(g, item(slopes, i), shared(grad, i), { transA: true }), bias.dims),
      ),
    ),
  ];
};

/** Every op of the table has its rule here or null; the compiler holds the list complete. */
export const rules: Record<Op | Composite, Rule | null> = {
  Add: ({ grad }) => [plain(() => grad), plain(() => grad)],
  Sub: ({ graph, grad }) => [plain(() => grad), plain(() => m.neg(graph, grad))],
  Mul: ({ graph, entry, grad }) => {
    const [a, b] = entry.inputs as [Value, Value];
    return [plain(() => m.mul(graph, grad, b)), plain(() => m.mul(graph, grad, a))];
  },
  Div: ({ graph: g, entry, y, grad }) => {
    const [, divisor] = entry.inputs as [Value, Value];
    return [
      plain(() => m.div(g, grad, divisor)),
      plain(() => m.neg(g, m.mul(g, grad, m.div(g, y, divisor)))),
    ];
  },
  Neg: pointwise((g, grad) => m.neg(g, grad)),
  Abs: null,
  Exp: pointwise((g, grad, _x, y) => m.mul(g, grad, y)),
  Log: pointwise((g, grad, x) => m.div(g, grad, x)),
  Sqrt: pointwise((g, grad, _x, y) => m.div(g, grad, m.scale(g, y, 2))),
  // The exponent is a constant wherever a power is taken.
  Pow: ({ graph: g, entry, grad }) => {
    const [x, exponent] = entry.inputs as [Value, Value];
    return [
      plain(() =>
        m.mul(g, grad, m.mul(g, exponent, g.op('Pow', [x, m.sub(g, exponent, g.scalar(1))]))),
      ),
      null,
    ];
  },
  Sigmoid: pointwise((g, grad, _x, y) => m.mul(g, grad, logistic(g, y))),
  Softplus: pointwise((g, grad, x) => m.mul(g, grad, m.sigmoid(g, x))),
  Tanh: pointwise((g, grad, _x, y) => m.mul(g, grad, m.sub(g, g.scalar(1), m.mul(g, y, y)))),
  Erf: pointwise((g, grad, x) =>
    m.mul(g, grad, m.scale(g, m.exp(g, m.neg(g, m.mul(g, x, x))), 2 / Math.sqrt(Math.PI))),
  ),
  Gelu: gelu,
  FastGelu: geluTanh,
  Identity: pointwise((_g, grad) => grad),
  Cast: pointwise((g, grad, x) => m.cast(g, grad, x.type)),
  Softmax: pointwise((g, grad, _x, y) =>
    m.mul(g, y, m.sub(g, grad, m.sum(g, m.mul(g, grad, y), [-1], true))),
  ),
  // y = x s with s = sigmoid(alpha x), so y' = s + alpha y (1 - s).
  QuickGelu: ({ graph: g, entry, x, y, grad }) => {
    const alpha = entry.attributes['alpha'] as number;
    return [
      plain(() => {
        const s = m.sigmoid(g, m.scale(g, x, alpha));
        const bend = m.mul(g, m.scale(g, y, alpha), m.sub(g, g.scalar(1), s));
        return m.mul(g, grad, m.add(g, s, bend));
      }),
    ];
  },
  Less: null,
  // A tower of patches is not trained.
  MultiHeadAttention: null,
  Where: ({ graph: g, x: condition, grad }) => {
    const zero = g.scalar(0);
    return [
      null,
      plain(() => g.op('Where', [condition, grad, zero])),
      plain(() => g.op('Where', [condition, zero, grad])),
    ];
  },
  MatMul: batchedProduct,
  FusedMatMul: batchedProduct,
  Gemm: gemm,
  LayerNormalization: layerNorm,
  SimplifiedLayerNormalization: rmsNorm,
  QuantizeLinear: null,
  MatMulIntegerToFloat: null,
  HalfProduct: ({ graph, entry, grad }) => [
    plain(() =>
      halfGradient(graph, grad, first(entry.saved), Boolean(entry.attributes['transposed'])),
    ),
  ],
  Int8Product: ({ graph, entry, grad }) => [plain(() => int8Gradient(graph, grad, entry.saved))],
  // A rotation's transpose is the rotation by the opposite angle.
  RotaryEmbedding: ({ graph: g, entry, grad }) => {
    const [, positions, cosine, sine] = entry.inputs as [Value, Value, Value, Value];
    return [
      plain(() =>
        g.op('RotaryEmbedding', [grad, positions, cosine, m.neg(g, sine)], entry.attributes),
      ),
      null,
      null,
      null,
    ];
  },
  Reshape: ({ graph: g, x, grad }) => [plain(() => m.reshape(g, grad, x.dims)), null],
  Shape: null,
  Expand: ({ grad }) => [plain(() => grad), null],
  Transpose: ({ graph: g, entry, grad }) => {
    const perm = entry.attributes['perm'] as readonly number[];
    return [
      plain(() =>
        m.transpose(
          g,
          grad,
          perm.map((_, i) => perm.indexOf(i)),
        ),
      ),
    ];
  },
  Slice: null,
  Split: ({ graph: g, entry, grads }) => [
    plain(() =>
      m.concat(
        g,
        entry.outputs.map((part, i) => grads[i] ?? m.zeros(g, part.dims)),
        entry.attributes['axis'] as number,
      ),
    ),
    null,
  ],
  Concat: ({ graph: g, entry, grad }) => {
    const axis = entry.attributes['axis'] as number;
    const sizes = entry.inputs.map((part) => Number(part.dims[axis]));
    let parts: Value[] | undefined;
    return sizes.map((_, i) => plain(() => item((parts ??= m.split(g, grad, sizes, axis)), i)));
  },
  ConstantOfShape: null,
  ReduceSum: reduction(() => 1),
  ReduceMean: reduction(oneOverSize),
  ReduceMax: null,
  LogSoftmax: null,
  ArgMax: null,
  TopK: null,
  Gather: gather,
  GatherND: null,
  GatherElements: ({ graph: g, entry, grad }) => {
    const [x, indices] = entry.inputs as [Value, Value];
    const attributes = { axis: entry.attributes['axis'] as number, reduction: 'add' };
    return [
      plain(() => g.op('ScatterElements', [m.zeros(g, x.dims), indices, grad], attributes)),
      null,
    ];
  },
  ScatterElements: null,
  Rearrange: ({ graph, entry, grad }) => [plain(() => m.gather(graph, grad, first(entry.saved)))],
  ReplaceRows: ({ graph: g, entry, x, grad }) => [
    plain(() => {
      const isReplaced = g.op('Less', [first(entry.saved), g.ints([0])]);
      const column = m.reshape(g, isReplaced, [first(x.dims), ...x.dims.slice(1).map(() => 1)]);
      return g.op('Where', [column, g.scalar(0), grad]);
    }),
    ...entry.saved.slice(1).map((places) => plain(() => m.gather(g, grad, places))),
  ],
  LinearLogSumExp: linear,
  LinearDivergence: linear,
};

/** Sums a gradient over the dimensions along which its operand was broadcast. */
export function unbroadcast(g: Graph, grad: Value, target: Value): Value {
  if (sameDims(grad.dims, target.dims)) return grad;
  const extra = grad.dims.length - target.dims.length;
  const axes = grad.dims
    .map((_, i) => i)
    .filter((i) => i < extra || (target.dims[i - extra] === 1 && grad.dims[i] !== 1));
  return m.reshape(g, m.sum(g, grad, axes, true), target.dims);
}
