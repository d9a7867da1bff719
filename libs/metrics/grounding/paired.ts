// Of two ways to answer the same questions: is one better by more than chance?

/** Of the normal distribution, for 95 % on one side. */
const Z = 1.6448536269514722;

/**
 * McNemar's test (1947) of questions that only one of both answers rightly: were they equally good, each
 * would be either's by the toss of a coin.
 * @param gained questions that the one alone answers rightly. @param lost the other alone.
 */
export const isClearlyBetter = (gained: number, lost: number): boolean =>
  gained - lost > Z * Math.sqrt(gained + lost);
