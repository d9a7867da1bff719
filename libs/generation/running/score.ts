// What a model says of given completions, out of what a pass of the score graph gave.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { SweptStep } from '../decoding/sweep.js';
import { DamagedWeightsError } from '../errors/damaged-weights.error.js';
import { meanState } from './mean-state.js';
import { askedOf, type ScoreBatch } from './score-batch.js';

export interface Score {
  /** Natural logarithm of the completion's probability: the sum of `tokens`. */
  readonly sum: number;
  readonly tokens: number[];
  /** Where it was asked for. */
  readonly detail?: ScoreDetail;
  /** In the place of each token, where it was asked for. */
  readonly likeliest?: LikeliestTokens[];
  /**
   * `tokens` as the head would have them after the embedding and after each layer, the last of which
   * has `tokens` themselves: the logit lens. Where it was asked for.
   */
  readonly layers?: number[][];
  /** What each layer leaves of the tokens before each of the completion's, [tokens, hidden]. */
  readonly states?: Float32Array[];
  /**
   * Of the gradient of -mean(tokens): the mean of the 2-norms of the tensors' parts, GradNorm of
   * open-unlearning (arXiv 2402.17012).
   */
  readonly gradientNorm?: number;
  /** What a sweep of DeCo's settings has of each token, where it was asked for. */
  readonly swept?: readonly SweptStep[];
  /** Of an embedded item, which has no `tokens`: the mean of its normalised states, [hidden]. */
  readonly embedding?: Float32Array;
}

/** Of the distribution over the vocabulary at each token's place. */
export interface ScoreDetail {
  /** The likeliest token, and its log-probability. */
  readonly best: number[];
  readonly bestLogProbs: number[];
  /** Whether the token is the likeliest. */
  readonly greedy: boolean[];
  /** Mean of ln p: the sum of p ln p. */
  readonly mean: number[];
  /** Variance of ln p: the sum of p (ln p - mean)^2. */
  readonly variance: number[];
}

/** What is likeliest in a token's place. */
export interface LikeliestTokens {
  /** Likeliest first, of equals the smaller id. */
  readonly ids: number[];
  readonly logProbs: number[];
  /** How many tokens are likelier than the one that stands there. */
  readonly above: number;
}

/** Of a batch's targets, in their order. */
export interface ScoredTargets {
  readonly logProbs: Float32Array;
  readonly detail?: {
    readonly best: Float32Array;
    readonly bestLogProbs: Float32Array;
    readonly means: Float32Array;
    readonly variances: Float32Array;
  };
  /** The same number of the likeliest for each target. */
  readonly likeliest?: {
    readonly ids: Float32Array;
    readonly logProbs: Float32Array;
    readonly above: Float32Array;
  };
  readonly layers?: readonly Float32Array[];
  readonly states?: readonly Float32Array[];
  /** What the embedding and each layer leave, [positions, layers + 1, hidden]. */
  readonly stream?: Float32Array;
  /** Of a batch of embedded rows, [positions, hidden]. */
  readonly hidden?: Float32Array;
  /** Of a batch of one row. */
  readonly gradientNorm?: number;
}

/** The score of each of the batch's rows. @throws DamagedWeightsError */
export function scoresOf(
  batch: ScoreBatch,
  { logProbs, detail, likeliest: found, layers, states, hidden, gradientNorm }: ScoredTargets,
): Score[] {
  let at = 0;
  return batch.rows.map((row) => {
    const [from, to] = [at, (at += askedOf(row))];
    const of = (values: Float32Array): number[] => finite(values.subarray(from, to));
    const targets = batch.targets.slice(from, to);
    const tokens = of(logProbs);
    const score = { sum: tokens.reduce((a, b) => a + b, 0), tokens };
    if (gradientNorm !== undefined) return { ...score, ...checked(gradientNorm) };
    if (hidden) {
      const size = hidden.length / batch.positions.length;
      return { ...score, embedding: meanState(hidden.subarray(from * size, to * size), size) };
    }
    if (states) {
      const size = first(states).length / batch.positions.length;
      return { ...score, states: states.map((left) => left.slice(from * size, to * size)) };
    }
    if (found) {
      const { ids, logProbs: likely, above } = found;
      const count = ids.length / above.length;
      const places = Array.from({ length: to - from }, (_, i): LikeliestTokens => {
        const [begin, end] = [(from + i) * count, (from + i + 1) * count];
        return {
          ids: [...ids.subarray(begin, end)],
          logProbs: finite(likely.subarray(begin, end)),
          above: item(above, from + i),
        };
      });
      return { ...score, likeliest: places };
    }
    if (!detail) return score;
    const best = of(detail.best);
    return {
      ...score,
      ...(layers ? { layers: layers.map(of) } : {}),
      detail: {
        best,
        bestLogProbs: of(detail.bestLogProbs),
        greedy: zip(best, targets).map(([likeliest, target]) => likeliest === target),
        mean: of(detail.means),
        variance: of(detail.variances),
      },
    };
  });
}

function checked(gradientNorm: number): Pick<Score, 'gradientNorm'> {
  if (!Number.isFinite(gradientNorm)) throw new DamagedWeightsError('a gradient is not finite');
  return { gradientNorm };
}

function finite(values: Float32Array): number[] {
  if (!values.every(Number.isFinite))
    throw new DamagedWeightsError('a log-probability is not finite');
  return [...values];
}
