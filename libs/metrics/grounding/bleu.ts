// BLEU of answers to their gold answers, as one corpus.
// Source: Papineni et al., "BLEU: a method for automatic evaluation of machine translation", 2002.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { bootstrap } from '../bootstrap.js';
import { type Measured, nothing } from './measured.js';
import { tokensOf } from './tokens.js';

const ORDERS = [1, 2, 3, 4] as const;

/** Of one pair of texts: matches and n-grams of each order, and the lengths of both. */
interface Counts {
  readonly matches: readonly number[];
  readonly ngrams: readonly number[];
  readonly length: number;
  readonly goldLength: number;
}

/**
 * Up to 4-grams, unsmoothed: 0 where none of an order matches. As sacrebleu has it with
 * smooth_method='none', of 0 to 1, over the tokens of `tokensOf`.
 */
export function bleu(pairs: readonly { readonly text: string; readonly gold: string }[]): Measured {
  if (pairs.length === 0) return nothing;
  const counts = pairs.map(countsOf);
  const columns = [
    ...ORDERS.map((_, order) => counts.map(({ matches }) => item(matches, order))),
    ...ORDERS.map((_, order) => counts.map(({ ngrams }) => item(ngrams, order))),
    counts.map(({ length }) => length),
    counts.map(({ goldLength }) => goldLength),
  ];
  const sums = columns.map((column) => column.reduce((sum, count) => sum + count, 0));
  return { value: ofSums(sums), interval: bootstrap(columns, ofSums), n: pairs.length };
}

/** @param sums or means, of the columns above: it is a figure of their ratios alone. */
function ofSums(sums: readonly number[]): number {
  const [matches, ngrams] = [sums.slice(0, ORDERS.length), sums.slice(ORDERS.length, -2)];
  const [length, goldLength] = [item(sums, sums.length - 2), item(sums, sums.length - 1)];
  if (matches.some((count) => count === 0)) return 0;
  const logs = zip(matches, ngrams).map(([match, all]) => Math.log(match / all));
  const brevity = Math.min(0, 1 - goldLength / length);
  return Math.exp(brevity + logs.reduce((sum, log) => sum + log, 0) / ORDERS.length);
}

function countsOf({ text, gold }: { text: string; gold: string }): Counts {
  const [said, wanted] = [tokensOf(text), tokensOf(gold)];
  return {
    matches: ORDERS.map((order) => shared(countNgrams(said, order), countNgrams(wanted, order))),
    ngrams: ORDERS.map((order) => Math.max(0, said.length - order + 1)),
    length: said.length,
    goldLength: wanted.length,
  };
}

function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + order <= tokens.length; at++) {
    const ngram = tokens.slice(at, at + order).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** An n-gram counts as often as both have it. */
const shared = (one: Map<string, number>, other: Map<string, number>): number =>
  [...one].reduce((sum, [ngram, count]) => sum + Math.min(count, other.get(ngram) ?? 0), 0);
