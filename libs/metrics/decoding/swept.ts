// What settings of a decoding strategy do to given answers, beside decoding without it.

import { item } from '#collections/items.js';
import { type Measured, measured, ofAll, percent } from '../hallucination/paired.js';

/** Over the tokens of one answer, as the model or a setting has them. */
export interface Said {
  /** Of ln p. */
  readonly logProb: number;
  /** Tokens that are the likeliest in their places. */
  readonly greedy: number;
  /** Whether the answer is likelier than all wrong ones; absent where there are none. */
  readonly outranks?: boolean;
}

export interface SaidOtherwise extends Said {
  /** Places where another token becomes the likeliest, and where that is, or was, the answer's own. */
  readonly changed: number;
  readonly righted: number;
  readonly wronged: number;
}

/** An answer, without the strategy and by each of the settings. */
export interface SweptAnswer extends Said {
  readonly tokens: number;
  /** Tokens that are among the strategy's candidates. */
  readonly candidates: number;
  readonly settings: readonly SaidOtherwise[];
}

const names = ['log_prob', 'match', 'changed', 'righted', 'wronged', 'outranks'] as const;
export type SweepFigure = (typeof names)[number];
export type SweepFigures = Readonly<Record<SweepFigure, Measured>>;

interface Counted {
  readonly tokens: number;
  readonly logProb: number;
  readonly greedy: number;
  readonly changed: number;
  readonly righted: number;
  readonly wronged: number;
  readonly ranked: number;
  readonly outranks: number;
}

const counted = (
  tokens: number,
  said: Said & Partial<SaidOtherwise>,
): { [K in keyof Counted]: number } => ({
  tokens,
  logProb: said.logProb,
  greedy: said.greedy,
  changed: said.changed ?? 0,
  righted: said.righted ?? 0,
  wronged: said.wronged ?? 0,
  ranked: said.outranks === undefined ? 0 : 1,
  outranks: said.outranks ? 1 : 0,
});

const figures = ofAll<keyof Counted>({
  log_prob: ({ logProb, tokens }) => logProb / tokens,
  match: ({ greedy, tokens }) => percent(greedy, tokens),
  changed: ({ changed, tokens }) => percent(changed, tokens),
  righted: ({ righted, changed }) => percent(righted, changed),
  wronged: ({ wronged, changed }) => percent(wronged, changed),
  outranks: ({ outranks, ranked }) => percent(outranks, ranked),
});

/**
 * Figures of one setting over answers, each with its 95 % interval and its difference to decoding
 * without the strategy, by a paired bootstrap over answers:
 * - log_prob: mean of ln p over the answers' tokens
 * - match: percent of the tokens that are the likeliest in their places
 * - changed: percent of the places where the strategy takes another token
 * - righted, wronged: percent of these where the answer's own token is, or was, the likeliest
 * - outranks: percent of the answers with wrong ones beside them that are likelier than all of these
 * @param setting its place; absent: without the strategy.
 * @throws RangeError for no answers.
 */
export function sweepFigures(answers: readonly SweptAnswer[], setting?: number): SweepFigures {
  const images = answers.map((answer) =>
    counted(answer.tokens, setting === undefined ? answer : item(answer.settings, setting)),
  );
  const baseline = answers.map((answer) => counted(answer.tokens, answer));
  return measured(figures, [{ images, baseline }]) as SweepFigures;
}
