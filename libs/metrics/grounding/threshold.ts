// Below which mass, and within which margin, a link is not to be answered from.

import { isAnswerable, isRowRight, type Linked } from './answer.js';

export interface Threshold {
  readonly minMass: number;
  readonly margin: number;
}

export interface Choice extends Threshold {
  /** Right rows among what is answered; null where nothing is. */
  readonly precision: number | null;
  /** Of questions that a row answers, how many are answered. */
  readonly coverage: number;
  /** Whether the precision that was asked for is reached. */
  readonly reached: boolean;
}

/** All is answered that has a row. */
export const NO_THRESHOLD: Threshold = { minMass: -Infinity, margin: 0 };

/** Not refused: the link names a row, and is sure enough. */
export const isAnswered = (
  { link, isGrounded, mass, margin }: Linked,
  threshold: Threshold = NO_THRESHOLD,
): boolean =>
  link !== undefined && isGrounded && mass >= threshold.minMass && margin >= threshold.margin;

/** Margins that are tried, as shares of the answers in rising order of margin. */
const TRIED_MARGINS = 32;

/**
 * The threshold that answers most of the questions that have an answer, among those at which the
 * precision is at least `wanted`; where there is none, the one of the highest precision that answers
 * something. Of equals the laxest: the lowest margin, then the lowest mass.
 * @param answers of validation: the figures of the choice on them flatter it.
 */
export function chooseThreshold(answers: readonly Linked[], wanted: number): Choice {
  const answered = answers.filter((answer) => isAnswered(answer));
  const answerable = answers.filter(isAnswerable).length;
  const choices = marginsOf(answered).flatMap((margin) => cutsAt(margin, answered, answerable));
  const none = { ...NO_THRESHOLD, precision: null, coverage: 0 };
  const reaching = choices.filter(({ precision }) => precision >= wanted);
  const best =
    reaching.reduce<Cut | undefined>((one, other) => better(one, other, 'coverage'), undefined) ??
    choices.reduce<Cut | undefined>((one, other) => better(one, other, 'precision'), undefined);
  return { ...(best ?? none), reached: reaching.length > 0 };
}

interface Cut extends Threshold {
  readonly precision: number;
  readonly coverage: number;
}

function better(one: Cut | undefined, other: Cut, first: 'precision' | 'coverage'): Cut {
  if (!one || one[first] !== other[first]) return !one || other[first] > one[first] ? other : one;
  const second = first === 'coverage' ? 'precision' : 'coverage';
  return other[second] > one[second] ? other : one;
}

/** 0, and quantiles of those that there are. */
function marginsOf(answered: readonly Linked[]): number[] {
  const rising = answered.map(({ margin }) => margin).toSorted((a, b) => a - b);
  const step = Math.max(1, Math.ceil(rising.length / TRIED_MARGINS));
  return [...new Set([0, ...rising.filter((margin, i) => i % step === 0 && margin > 0)])];
}

/** One cut below each mass that occurs, from the lowest up. */
function cutsAt(margin: number, answered: readonly Linked[], answerable: number): Cut[] {
  const falling = answered
    .filter((answer) => answer.margin >= margin)
    .toSorted((one, other) => other.mass - one.mass);
  const cuts: Cut[] = [];
  let [right, covered] = [0, 0];
  for (const [i, answer] of falling.entries()) {
    if (isAnswerable(answer)) {
      covered += 1;
      if (isRowRight(answer)) right += 1;
    }
    if (falling[i + 1]?.mass === answer.mass) continue;
    const coverage = answerable === 0 ? 0 : covered / answerable;
    cuts.push({ minMass: answer.mass, margin, precision: right / (i + 1), coverage });
  }
  return cuts.toReversed();
}
