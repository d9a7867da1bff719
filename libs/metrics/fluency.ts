// Linguistic score (LS): does the model still speak? Perplexity, Brunet's index and Honore's
// statistic in one number.

import { harmonicMean, mean } from './statistics.js';
import { wordTokens } from './word-tokens.js';

/** An answer of no words: the worst index the published code gives. */
const EMPTY_BRUNET = 1000;
/**
 * Keeps Honore's denominator off 0 where every word occurs once; the published code's addition to
 * the formula.
 */
const HONORE_EPSILON = 0.1;
const LARGEST_HONORE = 1e6;

/**
 * exp(-mean log-probability per token), >= 1; undefined for an answer of no tokens. Natural
 * logarithms.
 */
export function perplexity(logProbSum: number, tokens: number): number | undefined {
  return tokens > 0 ? Math.exp(-logProbSum / tokens) : undefined;
}

/**
 * Brunet's index N^(V^-0.165) over N tokens of V kinds, as the ReLearn paper has it; lower is
 * richer.
 */
export function brunet(text: string): number {
  const tokens = wordTokens(text);
  return tokens.length === 0 ? EMPTY_BRUNET : tokens.length ** (new Set(tokens).size ** -0.165);
}

/**
 * Honore's statistic 100 ln N / (1 - V1 / V + 0.1), at most 1e6, V1 the kinds that occur once; 0
 * for at most one token. Higher is richer.
 */
export function honore(text: string): number {
  const counts = new Map<string, number>();
  const tokens = wordTokens(text);
  if (tokens.length <= 1) return 0;
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const once = [...counts.values()].filter((count) => count === 1).length;
  return Math.min(
    LARGEST_HONORE,
    (100 * Math.log(tokens.length)) / (1 - once / counts.size + HONORE_EPSILON),
  );
}

export interface Fluency {
  /** Absent for an answer of no tokens, which then counts in the other two alone. */
  readonly perplexity?: number | undefined;
  readonly brunet: number;
  readonly honore: number;
}

/**
 * LS of a set, 0 to 1: harmonic mean of sigma(-ln PPL), sigma(-ln BI), sigma(ln HS), where each
 * argument is the set's mean. sigma(-ln x) = 1 / (1 + x) and sigma(ln x) = x / (1 + x), which need
 * no logarithm of 0. 0 where no answer has a token. Source: ReLearn, arXiv 2502.11190, section 4.
 * @param middle the paper's mean; with the median no single answer decides.
 */
export function linguisticScore(answers: readonly Fluency[], middle = mean): number {
  return scoreOfMeans(
    middle(answers.flatMap((a) => (a.perplexity === undefined ? [] : [a.perplexity]))),
    middle(answers.map((a) => a.brunet)),
    middle(answers.map((a) => a.honore)),
  );
}

/** LS of a set by its three means. @param ppl NaN where no answer has a token. */
export const scoreOfMeans = (ppl: number, bi: number, hs: number): number =>
  Number.isNaN(ppl) ? 0 : harmonicMean([1 / (1 + ppl), 1 / (1 + bi), hs / (1 + hs)]);
