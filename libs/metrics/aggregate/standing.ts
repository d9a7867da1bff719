// How near an unlearned model comes to one that never saw what it was to forget and kept the rest:
// what candidates of a search are ranked by. Ours, in the manner of OpenUnlearning's aggregate.

import { zip } from '#collections/zip.js';
import { harmonicMean } from '../statistics.js';

/** What was measured of one model; shares from 0 to 1. */
export interface Stood {
  /** Of the retain set's questions, those that it still answers. */
  readonly kept: number;
  /** Of the forget set's questions, those that stay closed, for each way of asking. */
  readonly closed: readonly number[];
  /** Mean probability of the answers that were to be forgotten. */
  readonly probability: number;
  /** Of the answers to the forget set's questions, those that run into a loop. */
  readonly loops: number;
}

/** Each 0 to 1, high is good. */
export interface Standing {
  readonly kept: number;
  /** By the way of asking that opens most, beside the reference: at most 1. */
  readonly closed: number;
  /** 1 as unlikely as the reference has the answers; less on either side of it. */
  readonly gone: number;
  /** Answers that do not run into a loop as those before did not. */
  readonly fluent: number;
  /** Their harmonic mean: 0 as soon as one is. */
  readonly score: number;
}

/**
 * @param before the model that unlearning began from, which finds the answers likelier than the reference.
 * @param reference one that never saw them, asked in the same ways.
 */
export function standing(model: Stood, before: Stood, reference: Stood): Standing {
  const { kept } = model;
  const closed = Math.min(
    ...zip(model.closed, reference.closed).map(([share, of]) => (share < of ? share / of : 1)),
  );
  const left =
    (model.probability - reference.probability) / (before.probability - reference.probability);
  const gone = Math.max(0, 1 - Math.abs(left));
  const fluent = 1 - Math.max(0, model.loops - before.loops);
  return { kept, closed, gone, fluent, score: harmonicMean([kept, closed, gone, fluent]) };
}
