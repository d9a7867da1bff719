// Successive halving: all candidates with few steps, the best of them with more.
// Source: Jamieson and Talwalkar, arXiv 1502.07943; each round trains from the beginning, as the
// schedule of the learning rate depends on the steps.

import { InvalidArgumentError } from 'commander';

/** Steps of a round's training; `all`: as many as the recipe has. */
export type Steps = number | 'all';

/** @throws InvalidArgumentError for what does not rise, or `all` before the end. */
export function stepsIn(text: string): Steps[] {
  const all = text.split(',').map((one) => one.trim());
  const steps = all.map((one): Steps => (one === 'all' ? one : Number(one)));
  const counts = steps.map((one) => (one === 'all' ? Infinity : one));
  const isRising = counts.every((count, i) => count > (counts[i - 1] ?? 0));
  const isWhole = counts.every((count) => count === Infinity || Number.isInteger(count));
  if (!isRising || !isWhole)
    throw new InvalidArgumentError('must be rising whole numbers, such as 32,64,128 or 32,64,all.');
  return steps;
}

/** How many of so many candidates go on. @param of one of so many. */
export const goingOn = (candidates: number, of: number): number =>
  Math.max(1, Math.floor(candidates / of));

/** The best first; of equals, the one that was named first. What has no score does not go on. */
export const best = <C>(
  candidates: readonly C[],
  scoreOf: (candidate: C) => number | undefined,
  count: number,
): C[] =>
  candidates
    .flatMap((candidate) => {
      const score = scoreOf(candidate);
      return score === undefined ? [] : [{ candidate, score }];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ candidate }) => candidate);
