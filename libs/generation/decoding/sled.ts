// SLED (Zhang et al. 2024, arXiv 2411.02433): the logits take ten steps in the direction that they
// took from layer to layer.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { Candidates } from './candidates.js';
import type { Asking } from './early-layers.js';
import { heaviest } from './heaviest.js';
import type { Corrected, Strategy } from './strategy.js';

export interface SledOptions {
  readonly layers: readonly number[];
  /** Length of the first step (evolution rate); the others are shorter by a tenth each. */
  readonly alpha: number;
  /** Candidates: so many of the likeliest tokens (evolution scale). */
  readonly topK: number;
}

const STEPS = 10;
/** A token less likely by so many nats than the likeliest moves by less than float32 tells. */
const MOVED = 25;

/**
 * The target q of the candidates is how well the move from each early layer's logits e to the last
 * one's z agrees with a gradient towards that token: the squares of the positive cosines of p_e -
 * onehot and e - z, summed over layers. Each step then is z -= rate (softmax(z) - q).
 */
export const sled = ({ layers, alpha, topK }: SledOptions): Strategy => ({
  *correct(logits): Asking<Corrected> {
    const ids = heaviest(logits, topK).filter((id) => logits[id] !== -Infinity);
    const early = yield { measure: 'logits', layers, ids };
    const sums = yield { measure: 'evolution', layers };
    const agreements = zip(early, sums).map(([told, sum]) =>
      ids.map((id, i) => agreement(id, item(told, i) - item(logits, id), item(told, i), sum)),
    );
    const weights = ids.map((_, i) => agreements.reduce((sum, row) => sum + item(row, i), 0));
    const total = weights.reduce((a, b) => a + b, 0);
    const target = weights.map((weight) => (total > 0 ? weight / total : 0));
    return { logits: new Candidates(ids, evolved(logits, ids, target, alpha)) };
  },
});

/** Least length of a vector, as torch's cosine similarity has it. */
const TINY = 1e-8;

/**
 * max(0, cos)^2. Of the layer's likeliest token, whose p may be close to 1, both products are summed
 * without it: their difference to it would be rounding alone.
 * @param move e - z of the token. @param told see Measure.
 */
function agreement(id: number, move: number, logit: number, told: Float32Array): number {
  const [normaliser, along, squares, moves, best, others, alongOthers, squaresOfOthers] =
    told as unknown as readonly number[] as Told;
  const p = Math.exp(logit - normaliser);
  const [dot, square] =
    id === best
      ? [alongOthers - others * move, squaresOfOthers + others ** 2]
      : [along - move, squares - 2 * p + 1];
  const lengths = Math.max(TINY, Math.sqrt(square)) * Math.max(TINY, Math.sqrt(moves));
  return Math.max(0, dot / lengths) ** 2;
}

type Told = readonly [number, number, number, number, number, number, number, number];

/** The candidates' logits after the last step. */
function evolved(
  logits: Float32Array,
  ids: readonly number[],
  target: readonly number[],
  rate: number,
): number[] {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const candidates = new Set(ids);
  const others = logits.filter((z, id) => z > top - MOVED && !candidates.has(id));
  const state = Float64Array.from([...ids.map((id) => item(logits, id)), ...others]);
  for (let step = 0; step < STEPS; step++) {
    const length = rate * (1 - step / STEPS);
    const largest = state.reduce((a, b) => Math.max(a, b));
    const weights = state.map((z) => Math.exp(z - largest));
    const total = weights.reduce((a, b) => a + b, 0);
    for (let i = 0; i < state.length; i++)
      state[i]! -= length * (weights[i]! / total - (target[i] ?? 0));
  }
  return [...state.subarray(0, ids.length)];
}
