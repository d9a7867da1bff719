// Few tokens of a vocabulary with logits of their own.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { DamagedWeightsError } from '../errors/damaged-weights.error.js';
import { heaviest } from './heaviest.js';

/** Few tokens of a vocabulary, with logits of their own: no other may come. */
export class Candidates {
  /** Of the ids. */
  readonly logits: Float32Array;

  /** @param ids likeliest first, by logits before those that they have here. */
  constructor(
    readonly ids: readonly number[],
    logits: readonly number[],
  ) {
    this.logits = Float32Array.from(logits);
  }

  /**
   * Of equal logits the smaller id wins, as greedy decoding has it.
   * @throws DamagedWeightsError where they are not finite, as damaged weights make them.
   */
  get likeliest(): number {
    const top = this.logits.reduce((a, b) => Math.max(a, b));
    if (!Number.isFinite(top)) throw new DamagedWeightsError(`the largest logit is ${top}`);
    return Math.min(...this.ids.filter((_, i) => item(this.logits, i) === top));
  }

  /** [size], -Infinity but for the ids. */
  within(size: number): Float32Array {
    const whole = new Float32Array(size).fill(-Infinity);
    for (const [id, logit] of zip(this.ids, this.logits)) whole[id] = logit;
    return whole;
  }
}

/** [size] of either. */
export const wholeOf = (logits: Float32Array | Candidates, size: number): Float32Array =>
  logits instanceof Candidates ? logits.within(size) : logits;

/**
 * The likeliest tokens up to the one at which their probabilities reach topP, at most topK: likeliest
 * first.
 * @param logits [vocabulary], float32.
 */
export function nucleusOf(logits: Float32Array, topK: number, topP: number): readonly number[] {
  const ids = heaviest(logits, topK).filter((id) => logits[id] !== -Infinity);
  const top = item(logits, first(ids));
  const countBy = (total: number): number => {
    let sum = 0;
    const end = ids.findIndex((id) => (sum += Math.exp(item(logits, id) - top)) >= topP * total);
    return end < 0 ? ids.length : end + 1;
  };
  // More of a total never means fewer tokens: where both ends agree, the total between does.
  const rough = roughWeightOf(logits, top);
  const [fewest, most] = [countBy(rough * (1 - ROUGHNESS)), countBy(rough * (1 + ROUGHNESS))];
  return ids.slice(0, fewest === most ? most : countBy(weightOf(logits, top)));
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

/** 1, 1/2, 1/4, ...: what is smaller counts for nothing beside the likeliest token's 1. */
const HALVES = Float64Array.from({ length: 128 }, (_, i) => 2 ** -i);
/** By how much of it a rough weight may be off, generously. */
const ROUGHNESS = 1e-3;

/** The sum of exp(z - top), a quarter of the time: 2^-f of a fraction is a cubic, off by 1e-4. */
function roughWeightOf(logits: Float32Array, top: number): number {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) {
    const power = (top - logits[id]!) * Math.LOG2E;
    if (!(power < HALVES.length)) continue;
    const whole = Math.floor(power);
    const f = power - whole;
    sum += HALVES[whole]! * (1 + f * (-0.6916 + f * (0.231 - f * 0.0394)));
  }
  return sum;
}

/** How far two logits may lie apart by rounding alone, generously. */
export const ROUNDING = 1e-3;

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
