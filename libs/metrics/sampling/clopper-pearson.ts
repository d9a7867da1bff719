// How sure the share of an event is that so many samples showed.

import type { Interval } from '../intervals.js';

/** Halvings of [0, 1]: beyond, doubles have no bits left. */
const STEPS = 60;

/**
 * Clopper and Pearson's interval of a probability at 95 % (Biometrika 1934): from the binomial
 * distribution itself, so never narrower than it says.
 * @param count of `total` independent samples that showed the event.
 * @returns lower and upper bound; the time is that of some hundred passes over `total`.
 * @throws RangeError for no samples.
 */
export const clopperPearson = (count: number, total: number): Interval => [
  1 - upperBound(total - count, total, 0.975),
  upperBound(count, total, 0.975),
];

/**
 * The probability is at most this, with `confidence`: the bound of probabilistic evaluation (arXiv
 * 2410.03523) on P(leak) where `count` of `total` sampled answers leaked.
 * @throws RangeError for no samples.
 */
export function upperBound(count: number, total: number, confidence = 0.95): number {
  if (!(total > 0)) throw new RangeError('a bound on a probability needs samples, found none');
  if (count === total) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < STEPS; i++) {
    const middle = (low + high) / 2;
    if (atMost(count, total, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(at most `count` of `total`) where each has the probability 0 < p < 1. */
function atMost(count: number, total: number, p: number): number {
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = total * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= count; i++) {
    logTerm += Math.log((total - i + 1) / i) + logOdds;
    sum += Math.exp(logTerm);
  }
  return sum;
}
