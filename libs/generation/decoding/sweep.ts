// What DeCo would do at one step by many windows of layers and many factors, out of what one pass says
// of the step.

import { item } from '#collections/items.js';
import { DamagedWeightsError } from '../errors/damaged-weights.error.js';
import { Candidates, logSumExp, nucleusOf } from './candidates.js';
import { type DecoOptions, earlyLayers, gained, type PartlySummed, surest } from './deco.js';
import type { Asking } from './early-layers.js';
import { greedy } from './greedy.js';

/** The candidates are the same whatever the layers and the factor. */
export interface Sweep extends Pick<DecoOptions, 'topP' | 'topK'> {
  readonly settings: readonly Pick<DecoOptions, 'layers' | 'alpha'>[];
}

/** A step whose token is given. */
export interface SweptStep {
  /** ln p of the token, as the model has it. */
  readonly logProb: number;
  /** Whether it is one of the candidates. */
  readonly isCandidate: boolean;
  /** The likeliest token. */
  readonly choice: number;
  /** By setting: ln p of the token. */
  readonly logProbs: readonly number[];
  /** By setting: the likeliest token. */
  readonly choices: readonly number[];
}

/**
 * By a setting the candidates share what the model gives them all together, as the setting's corrected
 * logits say; tokens outside of them keep what they have. So each setting has a distribution over the
 * whole vocabulary: among the candidates it is DeCo's own, with a factor of 0 it is the model's.
 * @param logits of the last layer, [vocabulary].
 * @param token that comes next.
 */
export function* swept(
  logits: Float32Array,
  token: number,
  { settings, topP, topK }: Sweep,
): Asking<SweptStep> {
  const total = logSumExp(logits);
  if (!Number.isFinite(total)) throw new DamagedWeightsError(`the sum of logits is ${total}`);
  const logProb = item(logits, token) - total;
  const choice = greedy(logits);
  const ids = nucleusOf(logits, topK, topP);
  const place = ids.indexOf(token);
  const own = { logProb, isCandidate: place >= 0, choice };
  if (ids.length === 1)
    return { ...own, logProbs: settings.map(() => logProb), choices: settings.map(() => choice) };
  const final = ids.map((id) => item(logits, id));
  const mass = logSumExp(Float32Array.from(final)) - total;
  const layers = [...new Set(settings.flatMap((setting) => setting.layers))].toSorted(
    (a, b) => a - b,
  );
  const early = new Map((yield* earlyLayers(layers, ids)).map((one) => [one.layer, one]));
  const peaks = new Map<number, number>();
  const [logProbs, choices]: [number[], number[]] = [[], []];
  for (const { layers: window, alpha } of settings) {
    const found = yield* surest(windowOf(early, window), peaks);
    const corrected = new Candidates(ids, gained(final, found, alpha));
    const { logits: gains, likeliest } = corrected;
    logProbs.push(place < 0 ? logProb : item(gains, place) - logSumExp(gains) + mass);
    choices.push(likeliest);
  }
  return { ...own, logProbs, choices };
}

const windowOf = (early: ReadonlyMap<number, PartlySummed>, layers: readonly number[]) =>
  layers.flatMap((layer) => early.get(layer) ?? []);
