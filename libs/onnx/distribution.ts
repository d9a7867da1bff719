// What the softmax over a head's logits is like: its normaliser, its likeliest entry and the moments
// of its logarithm. Parts of the vocabulary come one after the other, each while it is in the
// processor's cache. A row's results are the same bits whatever the rows beside it, which is not true
// of every kernel: ReduceSum and Log compute by where in memory a number lies.

import { item } from '#collections/items.js';
import type { Graph } from './graph.js';
import * as m from './math.js';
import type { Value } from './types.js';

/** Of p = softmax(z) of each row's logits z, [P, 1] each; without a gradient. */
export interface Distribution {
  /** logsumexp of the logits. */
  readonly normaliser: Value;
  detail(): {
    /** Index of the largest logit, the first of equals; int64. */
    readonly best: Value;
    /** Sum of p ln p. */
    readonly mean: Value;
    /** Sum of p (ln p - mean)^2. */
    readonly variance: Value;
  };
}

/** @param x [P, h] @param parts of a head, in order. */
export function linearDistribution(
  g: Graph,
  x: Value,
  parts: readonly m.HeadPart[],
  cap?: number,
): Distribution {
  const each = parts.map((part) => normalisedRow(g, m.logitsOf(g, x, part, cap)));
  const joined = (values: readonly Value[]): Value => m.concat(g, values, 1);
  const whole = normalisedRow(g, joined(each.map(({ normaliser }) => normaliser)));
  return {
    normaliser: whole.normaliser,
    detail: () => {
      const column = (row: Value): Value => m.reshape(g, row, [item(x.dims, 0), 1]);
      const bests = each.map(({ logits }, i) => {
        const begin = parts
          .slice(0, i)
          .reduce((sum, { weight }) => sum + Number(weight.dims[0]), 0);
        return m.add(g, column(m.argMax(g, logits)), g.ints([begin]));
      });
      const winner = column(m.argMax(g, joined(each.map(({ largest }) => largest))));
      // Moments of the whole from those of its parts, each with its share of the probability.
      const own = each.map(({ logProbs }) => momentsOf(g, logProbs, logProbs));
      const means = m.add(g, joined(own.map(({ mean }) => mean)), whole.logProbs);
      const between = momentsOf(g, whole.logProbs, means);
      const variances = joined(own.map(({ variance }) => variance));
      return {
        best: g.op('GatherElements', [joined(bests), winner], { axis: 1 }),
        mean: between.mean,
        variance: m.add(g, between.variance, expected(g, whole.logProbs, variances)),
      };
    },
  };
}

function normalisedRow(g: Graph, logits: Value) {
  const largest = m.max(g, logits, [-1], true);
  const logProbs = m.logSoftmax(g, logits);
  const normaliser = m.sub(g, largest, m.max(g, logProbs, [-1], true));
  return { logits, largest, logProbs, normaliser };
}

/** The variance is of what the mean leaves: nothing cancels out. */
function momentsOf(g: Graph, logProbs: Value, values: Value): { mean: Value; variance: Value } {
  const mean = expected(g, logProbs, values);
  const rest = m.sub(g, values, mean);
  return { mean, variance: expected(g, logProbs, m.mul(g, rest, rest)) };
}

/** [P, n] -> [P, 1]: a product with ones in two columns, as one with a single column is another. */
function expected(g: Graph, logProbs: Value, values: Value): Value {
  const ones = m.expand(g, g.scalar(1), [item(values.dims, 1), 2]);
  const sums = m.gemm(g, m.mul(g, m.exp(g, logProbs), values), ones);
  return m.split(g, sums, [1, 1], 1)[0];
}
