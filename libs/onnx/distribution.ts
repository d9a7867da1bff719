// What the softmax over a head's logits is like: its normaliser, its likeliest entry and the moments
// of its logarithm. Parts of the vocabulary come one after the other, each while it is in the
// processor's cache. A row's results are the same bits whatever the rows beside it, which is not true
// of every kernel: ReduceSum and Log compute by where in memory a number lies.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { Graph } from './graph.js';
import * as m from './math.js';
import type { Value } from './types.js';

/** Of p = softmax(z) of each row's logits z, [P, 1] each; without a gradient. */
export interface Distribution {
  /** logsumexp of the logits. */
  readonly normaliser: Value;
  /** Index of the largest logit, the first of equals. */
  readonly best: Value;
  /** ln p of it. */
  readonly bestLogProb: Value;
  /** Sum of p ln p. */
  readonly mean: Value;
  /** Sum of p (ln p - mean)^2. */
  readonly variance: Value;
}

/** logsumexp of a head's logits, [P, 1]. @param x [P, h] @param parts of the head, in order. */
export function rowNormaliser(
  g: Graph,
  x: Value,
  parts: readonly m.HeadPart[],
  cap?: number,
): Value {
  const each = parts.map((part) => normalisedRow(g, m.logitsOf(g, x, part, cap)).normaliser);
  return normalisedRow(g, m.concat(g, each, 1)).normaliser;
}

/** The same and what else there is, with the same normaliser. */
export function linearDistribution(
  g: Graph,
  x: Value,
  parts: readonly m.HeadPart[],
  cap?: number,
): Distribution {
  const rows = first(x.dims);
  const column = (row: Value): Value => m.reshape(g, row, [rows, 1]);
  let begin = 0;
  const each = parts.map((part) => {
    const logits = m.logitsOf(g, x, part, cap);
    const { largest, normaliser, logProbs } = normalisedRow(g, logits);
    const { mean, variance } = momentsOf(g, logProbs, logProbs);
    const best = m.add(g, column(m.argMax(g, logits)), g.ints([begin]));
    begin += Number(first(part.weight.dims));
    // One value of all that is kept, so that a part is done with before the next one begins. An
    // index is exact as float32: no vocabulary has 2^24 tokens.
    return m.concat(g, [largest, normaliser, mean, variance, m.cast(g, best, g.float)], 1);
  });
  const kept = m.reshape(g, m.concat(g, each, 1), [rows, parts.length, 5]);
  const [largest, normalisers, means, variances, bests] = m.split(g, kept, [1, 1, 1, 1, 1], 2);
  const ofParts = (values: Value): Value => m.reshape(g, values, [rows, parts.length]);
  const { normaliser, logProbs } = normalisedRow(g, ofParts(normalisers));
  // Moments of the whole from those of its parts, each with its share of the probability.
  const between = momentsOf(g, logProbs, m.add(g, ofParts(means), logProbs));
  const within = expected(g, logProbs, ofParts(variances));
  const winner = column(m.argMax(g, ofParts(largest)));
  return {
    normaliser,
    best: g.op('GatherElements', [ofParts(bests), winner], { axis: 1 }),
    bestLogProb: m.sub(g, m.max(g, ofParts(largest), [-1], true), normaliser),
    mean: between.mean,
    variance: m.add(g, between.variance, within),
  };
}

/** What is likeliest by each row's logits, [P, n] each, likeliest first. */
export interface Likeliest {
  /** logsumexp of the logits, [P, 1]: the distribution's own. */
  readonly normaliser: Value;
  /** Indices; of equal logits the smaller one comes first. */
  readonly ids: Value;
  readonly logProbs: Value;
  /** How many logits are larger than the one that was named, [P, 1]. */
  readonly above: Value;
}

/** An entry of each row: its index, [P] int64, and its logit, [P, 1], in whatever order it was summed. */
export interface NamedEntry {
  readonly id: Value;
  readonly logit: Value;
}

/** @param most of the likeliest: n, where there are as many. */
export function linearLikeliest(
  g: Graph,
  x: Value,
  parts: readonly m.HeadPart[],
  named: NamedEntry,
  most: number,
  cap?: number,
): Likeliest {
  let begin = 0;
  const counts = parts.map(({ weight }) => Math.min(most, Number(first(weight.dims))));
  const each = zip(parts, counts).map(([part, count]) => {
    const logits = m.logitsOf(g, x, part, cap);
    const { normaliser } = normalisedRow(g, logits);
    const above = m.sub(
      g,
      m.sum(g, isAbove(g, logits, named.logit), [-1], true),
      itselfAbove(g, logits, { begin, size: Number(first(part.weight.dims)) }, named),
    );
    const { values, columns } = m.topK(g, logits, count);
    const ids = m.cast(g, m.add(g, columns, g.ints([begin])), g.float);
    begin += Number(first(part.weight.dims));
    const kept = m.concat(g, [normaliser, above, values, ids], 1);
    return m.split(g, kept, [1, 1, count, count], 1);
  });
  const joined = (at: number): Value =>
    m.concat(
      g,
      each.map((kept) => item(kept, at)),
      1,
    );
  const { normaliser } = normalisedRow(g, joined(0));
  // Parts lie in the order of their indices, and so do equals in each.
  const { values, columns } = m.topK(g, joined(2), Math.min(most, begin));
  return {
    normaliser,
    ids: g.op('GatherElements', [joined(3), columns], { axis: 1 }),
    logProbs: m.sub(g, values, normaliser),
    above: m.sum(g, joined(1), [-1], true),
  };
}

/** 1 for each larger logit, else 0. */
const isAbove = (g: Graph, logits: Value, named: Value): Value =>
  m.cast(g, g.op('Less', [named, logits]), g.float);

/**
 * 1 where the named entry is in the part and its logit there, summed in another order, the larger
 * one: it is not above itself. Else 0.
 */
function itselfAbove(
  g: Graph,
  logits: Value,
  { begin, size }: { begin: number; size: number },
  { id, logit }: NamedEntry,
): Value {
  const index = m.sub(g, m.reshape(g, id, [first(id.dims), 1]), g.ints([begin]));
  const isBefore = g.op('Less', [index, g.ints([0])]);
  const isWithin = g.op('Less', [index, g.ints([size])]);
  const capped = g.op('Where', [isWithin, index, g.ints([size - 1])]);
  const itself = g.op('GatherElements', [logits, g.op('Where', [isBefore, g.ints([0]), capped])], {
    axis: 1,
  });
  const isHere = g.op('Where', [isBefore, g.scalar(0), m.cast(g, isWithin, g.float)]);
  return m.mul(g, isAbove(g, itself, logit), isHere);
}

function normalisedRow(g: Graph, logits: Value) {
  const largest = m.max(g, logits, [-1], true);
  const logProbs = m.logSoftmax(g, logits);
  const normaliser = m.sub(g, largest, m.max(g, logProbs, [-1], true));
  return { largest, logProbs, normaliser };
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
