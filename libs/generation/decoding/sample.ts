// Draws a token by temperature, min-p, top-k and top-p, in that order.

import { item } from '#collections/items.js';
import type { Random } from '#runtime/random.js';
import { greedy } from './greedy.js';
import { heaviest } from './heaviest.js';
import type { Sampling } from './sampling.js';

/**
 * @param logits of one row, [vocabulary].
 * @param sampling its temperature is above 0.
 * @throws DamagedWeightsError where they are not finite, as damaged weights make them.
 */
export function sample(
  logits: Float32Array,
  { temperature, topP, topK, minP = 0 }: Sampling,
  random: Random,
): number {
  const top = item(logits, greedy(logits));
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < logits.length; id++)
    total += weights[id] = Math.exp((logits[id]! - top) / temperature);
  // The likeliest token's weight is 1.
  let candidates: readonly number[] | undefined = minP > 0 ? byWeight(weights, minP) : undefined;
  if (topK > 0 && topK < logits.length)
    candidates = candidates?.slice(0, topK) ?? heaviest(weights, topK);
  if (candidates) total = sumOf(weights, candidates);
  if (topP < 1) {
    // Tokens below this share hold less than 1 - topP together: none of them is in the nucleus.
    candidates ??= byWeight(weights, (total * (1 - topP)) / logits.length);
    candidates = nucleus(weights, candidates, total * topP);
    total = sumOf(weights, candidates);
  }
  return draw(weights, candidates, total * random.uniform());
}

/** An id's weight, unchecked: ids are those of the weights, and sorting asks for millions. */
const at = (weights: Float64Array, id: number): number => weights[id]!;

function sumOf(weights: Float64Array, ids: readonly number[]): number {
  return ids.reduce((sum, id) => sum + at(weights, id), 0);
}

/** Ids whose weight is at least `least`, heaviest first. */
function byWeight(weights: Float64Array, least: number): number[] {
  const ids: number[] = [];
  for (let id = 0; id < weights.length; id++) if (at(weights, id) >= least) ids.push(id);
  return ids.toSorted((a, b) => at(weights, b) - at(weights, a) || a - b);
}

/** @param ids heaviest first. */
function nucleus(weights: Float64Array, ids: readonly number[], mass: number): readonly number[] {
  let sum = 0;
  const end = ids.findIndex((id) => (sum += at(weights, id)) >= mass);
  return end < 0 ? ids : ids.slice(0, end + 1);
}

/** The candidate in whose stretch of the cumulated weights the point lies. */
function draw(
  weights: Float64Array,
  candidates: readonly number[] | undefined,
  point: number,
): number {
  const count = candidates?.length ?? weights.length;
  const idAt = (i: number): number => (candidates ? item(candidates, i) : i);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += at(weights, idAt(i));
    if (point < sum) return idAt(i);
  }
  return idAt(count - 1); // rounding left the point at the very end
}
