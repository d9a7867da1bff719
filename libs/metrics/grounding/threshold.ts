// Below which mass, and within which margin, a link is not to be answered from.

import { wilson } from '../intervals.js';
import { isAnswerable, isRowRight, type Linked } from './answer.js';
import { type Measured, nothing } from './measured.js';

export interface Threshold {
  readonly minMass: number;
  readonly margin: number;
}

export interface Choice extends Threshold {
  /** Right rows among what is answered. */
  readonly precision: Measured;
  /** Of questions that a row answers, how many are answered. */
  readonly coverage: Measured;
  /** Whether the precision that was asked for is reached. */
  readonly reached: boolean;
}

/** All is answered that has a row. */
export const NO_THRESHOLD: Threshold = { minMass: -Infinity, margin: 0 };

/** Not refused: the link names a row, and is sure enough or the question names its entity. */
export const isAnswered = (
  { link, isGrounded, isNamed = false, mass, margin }: Linked,
  threshold: Threshold = NO_THRESHOLD,
): boolean =>
  link !== undefined &&
  isGrounded &&
  (isNamed || (mass >= threshold.minMass && margin >= threshold.margin));

/** Margins that are tried, as shares of the answers in rising order of margin. */
const TRIED_MARGINS = 100;

/**
 * The thresholds that answer most of the questions that have an answer, among those at which the
 * precision is at least `wanted`. Where these answer so few that one wrong answer among as many would be
 * too much, they are not known to be more precise than others: .99 of 40 answers is all of them, and one
 * outlier would decide. Then those of the best lower bound (Wilson, 95 %) are chosen, among all that the
 * wanted precision is not ruled out for. Of equals the laxest: the lowest margin, then the lowest mass.
 * @param answers of validation: the figures of the choice on them flatter it.
 */
export function chooseThreshold(answers: readonly Linked[], wanted: number): Choice {
  const answered = answers.filter((answer) => isAnswered(answer)).map(neverRefused);
  const answerable = answers.filter(isAnswerable).length;
  const cuts = marginsOf(answered).flatMap((margin) => cutsAt(margin, answered));
  const widest = best(
    cuts.filter((cut) => precisionOf(cut) >= wanted),
    ({ covered }) => covered,
    precisionOf,
  );
  const isTold = widest !== undefined && widest.answered * (1 - wanted) >= 1 - ROUNDING;
  const chosen = isTold ? widest : bestBacked(cuts, wanted);
  if (!chosen) return { ...NO_THRESHOLD, precision: nothing, coverage: nothing, reached: false };
  const { minMass, margin, right, answered: given, covered } = chosen;
  return {
    minMass,
    margin,
    precision: share(right, given),
    coverage: share(covered, answerable),
    reached: precisionOf(chosen) >= wanted,
  };
}

/** Of a product such as 100 * (1 - .99). */
const ROUNDING = 1e-9;

/** What the question names is above all thresholds. */
const neverRefused = (answer: Linked): Linked =>
  answer.isNamed ? { ...answer, mass: Infinity, margin: Infinity } : answer;

interface Cut extends Threshold {
  readonly answered: number;
  /** Of what is answered. */
  readonly right: number;
  /** Of what is answered, questions that a row answers. */
  readonly covered: number;
}

const precisionOf = ({ right, answered }: Cut): number => right / answered;

function bestBacked(cuts: readonly Cut[], wanted: number): Cut | undefined {
  const known = cuts.map((cut) => ({ ...cut, bounds: wilson(cut.right, cut.answered) }));
  const open = known.filter((cut) => precisionOf(cut) >= wanted || cut.bounds[1] >= wanted);
  return best(
    open.length > 0 ? open : known,
    ({ bounds: [lower] }) => lower,
    ({ covered }) => covered,
  );
}

/** The first of the highest, first by the one, then by the other. */
function best<T>(
  all: readonly T[],
  one: (cut: T) => number,
  other: (cut: T) => number,
): T | undefined {
  return all.reduce<T | undefined>((most, cut) => {
    if (!most) return cut;
    const more = one(cut) - one(most) || other(cut) - other(most);
    return more > 0 ? cut : most;
  }, undefined);
}

const share = (count: number, n: number): Measured =>
  n === 0 ? nothing : { value: count / n, interval: wilson(count, n), n };

/** 0, and quantiles of those that there are. */
function marginsOf(answered: readonly Linked[]): number[] {
  const margins = answered.map(({ margin }) => margin).filter(Number.isFinite);
  const rising = margins.toSorted((a, b) => a - b);
  const step = Math.max(1, Math.ceil(rising.length / TRIED_MARGINS));
  return [...new Set([0, ...rising.filter((margin, i) => i % step === 0 && margin > 0)])];
}

/** One cut below each mass that occurs, from the lowest up. */
function cutsAt(margin: number, answered: readonly Linked[]): Cut[] {
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
    // No mass is above 0: nothing that is not named passes.
    const minMass = answer.isNamed ? 0 : answer.mass;
    cuts.push({ minMass, margin, answered: i + 1, right, covered });
  }
  return cuts.toReversed();
}
