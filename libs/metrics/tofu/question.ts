// What TOFU measures of one question, from the losses of its answers.

import {
  indifference,
  OPEN_UNLEARNING_EPSILON,
  truthfulness,
  truthRatio,
} from '../memorisation/truth-ratio.js';
import type { TofuSet } from './scores.js';

/** Mean losses per token, the one that ends the turn counted; natural logarithm. */
export interface TofuLosses {
  readonly gold: number;
  /** Of the gold answer in other words. Default: the gold answer's. */
  readonly paraphrased?: number;
  /** At least one. */
  readonly wrong: readonly number[];
}

/** As a record, one entry a figure. */
export type TofuFigures = Readonly<Record<string, number>>;

/** Those of which TOFU takes the probability against the wrong answers'. */
const againstWrong: ReadonlySet<TofuSet> = new Set(['authors', 'facts']);

/**
 * Source: TOFU, arXiv 2401.06121, section 2.2, as open-unlearning computes it (with its epsilon).
 * `probability` of the gold answer, of authors and facts its share of all; `truthRatio` R, and what
 * counts of it: of the forget set `indifference`, elsewhere `truthfulness`.
 */
export function tofuFigures(set: TofuSet, { gold, paraphrased, wrong }: TofuLosses): TofuFigures {
  const ratio = truthRatio(paraphrased ?? gold, wrong, OPEN_UNLEARNING_EPSILON);
  const rivals = againstWrong.has(set) ? wrong.map(likelihood) : [];
  return {
    probability: shareOf(likelihood(gold), rivals),
    ...(paraphrased === undefined ? {} : { paraphraseProbability: likelihood(paraphrased) }),
    truthRatio: ratio,
    ...(set === 'forget'
      ? { indifference: indifference(ratio) }
      : { truthfulness: truthfulness(ratio) }),
  };
}

const likelihood = (loss: number): number => Math.exp(-loss);

function shareOf(one: number, rivals: readonly number[]): number {
  if (rivals.length === 0) return one;
  return one / (rivals.reduce((sum, rival) => sum + rival, one) + OPEN_UNLEARNING_EPSILON);
}
