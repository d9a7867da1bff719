// Which of the settings that were tried a model is to answer with.

import { first } from '#collections/items.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { KnowledgeManifest, KnowledgeRow } from '#contracts/knowledge-report.js';
import { isAnswerable, isRowRight } from '#metrics/grounding/answer.js';
import { isClearlyBetter } from '#metrics/grounding/paired.js';
import {
  type Choice,
  chooseThreshold,
  isAnswered,
  type Threshold,
} from '#metrics/grounding/threshold.js';

/** Of a link's log-probability: inference's own default, and what is ever further from it. */
const WEIGHTS = [1, 2, 0.5, 4, 8, 16, 0];

/** Links alone, and none is refused for being unsure; from the least weight up. */
export const triedSettings: readonly GroundingSettings[] = WEIGHTS.toSorted((a, b) => a - b).map(
  (weight) => ({ min_mass: -1e6, margin: 0, retriever_weight: weight, wording: 'rows' }),
);

export type Chosen = Pick<KnowledgeManifest, 'settings' | 'choice'>;

interface Tried extends Choice {
  readonly weight: number;
  readonly n: number;
  /** Questions that are answered from the right row. */
  readonly right: ReadonlySet<number>;
}

/**
 * Of the weights at which the wanted precision is not ruled out (Wilson, 95 %), that of the most right
 * answers, or else one nearer to inference's default that is not clearly worse; where it is of all, the
 * one whose precision has the best lower bound.
 * @param rows of the validation questions, each asked with all that was tried.
 */
export function chooseSettings(rows: readonly KnowledgeRow[], wanted: number): Chosen {
  const tried = WEIGHTS.map((weight) => triedOf(weight, rows, wanted));
  const open = tried.filter((one) => one.reached || upperBound(one) >= wanted);
  const { weight, n, minMass, margin, ...rest } =
    open.length > 0 ? nearest(open) : most(tried, lowerBound);
  // Where nothing is right there is nothing to choose by: inference's defaults stay.
  const threshold = rest.right.size === 0 ? {} : { min_mass: Math.min(minMass, 0), margin };
  return {
    settings: { ...threshold, retriever_weight: weight },
    choice: { wanted, ...toldOf(rest), n, tried: tried.map(toTried) },
  };
}

function triedOf(weight: number, rows: readonly KnowledgeRow[], wanted: number): Tried {
  const own = rows.filter(({ settings }) => settings.retriever_weight === weight);
  const choice = chooseThreshold(own, wanted);
  const right = own.filter(
    (row) => isAnswered(row, choice) && isAnswerable(row) && isRowRight(row),
  );
  return { weight, n: own.length, ...choice, right: new Set(right.map(({ index }) => index)) };
}

/** The first that the best is not clearly better than. */
function nearest(tried: readonly Tried[]): Tried {
  const best = most(tried, ({ right }) => right.size);
  return tried.find((one) => !isBetter(best, one)) ?? best;
}

function isBetter({ right: ours }: Tried, { right: theirs }: Tried): boolean {
  return isClearlyBetter(countWithout(ours, theirs), countWithout(theirs, ours));
}

const countWithout = (some: ReadonlySet<number>, others: ReadonlySet<number>): number =>
  [...some].filter((index) => !others.has(index)).length;

const lowerBound = ({ precision: { interval } }: Tried): number => interval?.[0] ?? 0;
const upperBound = ({ precision: { interval } }: Tried): number => interval?.[1] ?? 0;

/** The first of the highest. */
const most = (tried: readonly Tried[], figure: (one: Tried) => number): Tried =>
  tried.reduce((best, one) => (figure(one) > figure(best) ? one : best), first(tried));

const toTried = ({ weight, minMass, margin, ...rest }: Tried) => ({
  retriever_weight: weight,
  min_mass: Number.isFinite(minMass) ? minMass : null,
  margin,
  ...toldOf(rest),
});

const toldOf = ({ reached, precision, coverage }: Omit<Choice, keyof Threshold>) => ({
  reached,
  precision: precision.value,
  precision_interval: precision.interval,
  answered: precision.n,
  coverage: coverage.value ?? 0,
  coverage_interval: coverage.interval,
});
