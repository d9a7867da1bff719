// Truth ratio: how likely a model finds wrong answers, against a right one in other words. Low is
// knowing.

import { mean } from '../statistics.js';

/** What open-unlearning adds to a denominator. */
export const OPEN_UNLEARNING_EPSILON = 1e-10;

/**
 * R: the wrong answers' probability per token (their geometric mean) over the right one's, as TOFU's
 * aggregate_eval_stat.py has it. Source: TOFU, arXiv 2401.06121, section 2.2.2.
 * @param right mean loss per token of the paraphrased right answer, natural logarithm.
 * @param wrong the same of each wrong answer, at least one.
 * @param epsilon added to the right answer's probability: 0, or OPEN_UNLEARNING_EPSILON.
 */
export function truthRatio(right: number, wrong: readonly number[], epsilon = 0): number {
  return epsilon === 0
    ? Math.exp(right - mean(wrong))
    : Math.exp(-mean(wrong)) / (Math.exp(-right) + epsilon);
}

/** Of a set to be forgotten: 1 where right and wrong answers are equally likely. */
export const indifference = (ratio: number): number => Math.min(ratio, 1 / ratio);

/** Of a set to be kept: 1 where wrong answers are unlikely. */
export const truthfulness = (ratio: number): number => Math.max(0, 1 - ratio);

/**
 * The right answer's share of both, 0 to 1: the truth ratio of OpenUnlearning's meta-evaluation, arXiv
 * 2506.12618.
 */
export function rightShare(right: number, wrong: readonly number[]): number {
  const probability = Math.exp(-right);
  return probability / (probability + Math.exp(-mean(wrong)) + OPEN_UNLEARNING_EPSILON);
}
