// Greedy decoding: the likeliest token.

import { DamagedWeightsError } from '../errors/damaged-weights.error.js';

/**
 * Of equal logits the smaller id wins, so that results do not depend on sorting.
 * @param logits of one row, [vocabulary].
 * @throws DamagedWeightsError where they are not finite, as damaged weights make them.
 */
export function greedy(logits: Float32Array): number {
  let best = 0;
  let top = logits[0] ?? NaN;
  for (let id = 1; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!(logit > top)) continue;
    best = id;
    top = logit;
  }
  if (!Number.isFinite(top)) throw new DamagedWeightsError(`the largest logit is ${top}`);
  return best;
}
