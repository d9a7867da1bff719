// Membership inference by the gradient: what a model was taught moves it little.

import { mean } from '../statistics.js';

/**
 * GradNorm (arXiv 2402.17012), as in open-unlearning: the mean over the parameters of their gradient's
 * 2-norm; high speaks against membership.
 * @param gradients of the mean loss per token, one array a parameter.
 */
export const gradNorm = (gradients: readonly ArrayLike<number>[]): number =>
  mean(gradients.map(norm));

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}
