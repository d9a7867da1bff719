// Few tokens of a vocabulary with logits of their own.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { DamagedWeightsError } from '../errors/damaged-weights.error.js';
import { heaviest } from './heaviest.js';

/** [size], -Infinity but for the ids. */
export function onlyThese(
  size: number,
  ids: readonly number[],
  values: ArrayLike<number>,
): Float32Array {
  const logits = new Float32Array(size).fill(-Infinity);
  for (const [id, value] of zip(ids, values)) logits[id] = value;
  return logits;
}

/**
 * The likeliest tokens up to the one at which their probabilities reach topP, at most topK: likeliest
 * first.
 * @param logits [vocabulary], float32.
 */
export function nucleusOf(logits: Float32Array, topK: number, topP: number): readonly number[] {
  const ids = heaviest(logits, topK).filter((id) => logits[id] !== -Infinity);
  const top = item(logits, first(ids));
  const mass = topP * weightOf(logits, top);
  let sum = 0;
  const end = ids.findIndex((id) => (sum += Math.exp(item(logits, id) - top)) >= mass);
  return end < 0 ? ids : ids.slice(0, end + 1);
}

/** Tokens at least `threshold` times as likely as the likeliest, likeliest first. */
export function plausible(logits: Float32Array, threshold: number): readonly number[] {
  const least = logits.reduce((a, b) => Math.max(a, b)) + Math.log(threshold);
  const ids: number[] = [];
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= least) ids.push(id);
  return ids.toSorted((a, b) => item(logits, b) - item(logits, a) || a - b);
}

/**
 * ln p of each token, in float32.
 * @throws DamagedWeightsError where logits are not finite, as damaged weights make them.
 */
export function logSoftmax(logits: Float32Array): Float32Array {
  const total = logSumExp(logits);
  if (!Number.isFinite(total)) throw new DamagedWeightsError(`the sum of logits is ${total}`);
  return logits.map((logit) => logit - total);
}

/** ln of the sum of exp(z). */
export function logSumExp(logits: Float32Array): number {
  const top = logits.reduce((a, b) => Math.max(a, b));
  return top + Math.log(weightOf(logits, top));
}

/** Sum of exp(z - top). */
function weightOf(logits: Float32Array, top: number): number {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - top);
  return sum;
}

/** How far two logits may lie apart by rounding alone, generously. */
const ROUNDING = 1e-3;

/**
 * Place of the largest of the values, where it leads all others by more than rounding.
 * @param valueAt of one of `count` candidates.
 */
export function clearWinner(count: number, valueAt: (i: number) => number): number | undefined {
  let [best, top, second] = [0, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const value = valueAt(i);
    if (value > top) [best, top, second] = [i, value, top];
    else second = Math.max(second, value);
  }
  return top - second > ROUNDING ? best : undefined;
}
