// DeCo (Wang et al. 2024, arXiv 2410.11779): candidates gain by what the early layer says that is
// surest of one of them.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { Candidates, clearWinner, logSumExp, nucleusOf, ROUNDING } from './candidates.js';
import type { Asking } from './early-layers.js';
import type { Corrected, Strategy } from './strategy.js';

export interface DecoOptions {
  readonly layers: readonly number[];
  /** Factor of what is added. */
  readonly alpha: number;
  /** Candidates: the likeliest tokens that reach topP together, at most topK. */
  readonly topP: number;
  readonly topK: number;
}

/** What is known of one layer. */
interface EarlyLayer {
  readonly layer: number;
  /** Of the candidates. */
  readonly logits: Float32Array;
  /** At least its largest probability of a candidate. */
  readonly bound: number;
}

export interface PartlySummed extends EarlyLayer {
  /** logsumexp over the first part of the vocabulary. */
  readonly part: number;
}

export interface SurestLayer extends PartlySummed {
  /** Its largest probability of a candidate. */
  readonly peak: number;
}

/** In float32, as what it is compared with: of layers that are equally sure the earliest is taken. */
const probability = (logit: number, normaliser: number): number =>
  Math.fround(Math.exp(Math.fround(logit - normaliser)));
const likeliest = (logits: Float32Array, normaliser: number): number =>
  probability(Math.max(...logits), normaliser);

/**
 * z' = z + alpha c e for the candidates: e are the logits of the layer that gives one of them the
 * largest probability, c, over the whole vocabulary. To know c exactly takes a pass over the
 * vocabulary; which layers can have it is known from the first part of it, as a sum over a part is
 * no larger than that over the whole. Greedily, the sum over the candidates alone may do.
 */
export const deco = ({ layers, alpha, topP, topK }: DecoOptions): Strategy => ({
  *correct(logits, isGreedy): Asking<Corrected> {
    const ids = nucleusOf(logits, topK, topP);
    const final = ids.map((id) => item(logits, id));
    const skipped = { logits: new Candidates(ids, final), isSkipped: true };
    if (ids.length === 1) return skipped;
    const early = yield* asked(layers, ids);
    if (isGreedy && isSettled(final, early, alpha)) return skipped;
    const summed = yield* partlySummed(early);
    if (isGreedy && isSettled(final, summed, alpha)) return skipped;
    const found = yield* surest(summed);
    return { logits: new Candidates(ids, gained(final, found, alpha)), layer: found.layer };
  },
});

/** @param ids the candidates. */
export function* earlyLayers(
  layers: readonly number[],
  ids: readonly number[],
): Asking<PartlySummed[]> {
  return yield* partlySummed(yield* asked(layers, ids));
}

/** Bounds by what the candidates have together. */
function* asked(layers: readonly number[], ids: readonly number[]): Asking<EarlyLayer[]> {
  const told = yield { measure: 'logits', layers, ids };
  return zip(layers, told).map(([layer, logits]) => ({
    layer,
    logits,
    bound: Math.min(1, likeliest(logits, logSumExp(logits) - ROUNDING)),
  }));
}

/** Bounds by the first part of the vocabulary, too. */
function* partlySummed(early: readonly EarlyLayer[]): Asking<PartlySummed[]> {
  const told = yield { measure: 'first', layers: early.map(({ layer }) => layer) };
  return zip(early, told).map(([one, own]) => {
    const part = item(own, 0);
    return { ...one, part, bound: Math.min(one.bound, likeliest(one.logits, part)) };
  });
}

/** The candidates' logits after what the surest layer says. */
export const gained = (
  final: readonly number[],
  { logits, peak }: SurestLayer,
  alpha: number,
): number[] => zip(final, logits).map(([z, e]) => z + alpha * peak * e);

/**
 * Whether the likeliest candidate stays so by every layer and with every c up to its bound: what is
 * added grows evenly with c, so that who leads at both ends leads between them.
 */
function isSettled(final: readonly number[], early: readonly EarlyLayer[], alpha: number): boolean {
  const leader = clearWinner(final.length, (i) => item(final, i));
  return (
    leader !== undefined &&
    early.every(
      ({ logits, bound }) =>
        clearWinner(final.length, (i) => item(final, i) + alpha * bound * item(logits, i)) ===
        leader,
    )
  );
}

/**
 * The layer of the largest probability, the earliest of equals.
 * @param peaks largest probabilities of layers that are known already, to which those found are added.
 */
export function* surest(
  early: readonly PartlySummed[],
  peaks = new Map<number, number>(),
): Asking<SurestLayer> {
  const look = function* (some: readonly PartlySummed[]): Asking<void> {
    const rest = yield { measure: 'rest', layers: some.map(({ layer }) => layer) };
    for (const [{ layer, logits, part }, told] of zip(some, rest)) {
      // In 8 and 4 bits what is summed is rounded otherwise than the candidates' own logits.
      const whole = Math.max(logAddExp(part, item(told, 0)), logSumExp(logits));
      peaks.set(layer, likeliest(logits, whole));
    }
  };
  const favourite = early.reduce((a, b) => (b.bound > a.bound ? b : a));
  if (!peaks.has(favourite.layer)) yield* look([favourite]);
  const found = peaks.get(favourite.layer) ?? 0;
  const open = early.filter(({ layer, bound }) => !peaks.has(layer) && bound >= found);
  if (open.length > 0) yield* look(open);
  return early
    .flatMap((one) => {
      const peak = peaks.get(one.layer);
      return peak === undefined ? [] : [{ ...one, peak }];
    })
    .reduce((a, b) => (b.peak > a.peak ? b : a));
}

/** In float32, and no smaller than either. */
function logAddExp(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return Math.fround(more + Math.log1p(Math.exp(less - more)));
}
