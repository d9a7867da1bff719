// Answers that a model tells from wrong ones, whatever it says itself.

import { thresholds } from '#contracts/audit-thresholds.js';
import type { Measured } from '#contracts/audit.js';
import type { MeasurementName } from '#contracts/probes.js';
import type { Interval } from '#metrics/intervals.js';
import { percent } from './percent.js';

/** A share of the questions. */
export interface Recognised {
  readonly phrase: string;
  readonly share: number;
  /** Null where there is none. */
  readonly reference: number | null;
  /** Share less the reference's, or less what guessing gives. */
  readonly value: number;
  readonly interval: Interval;
}

interface Choice {
  readonly probe: MeasurementName;
  readonly figure: string;
  readonly phrase: string;
  /** Share that guessing gets right. */
  readonly chance: number;
}

const four = { probe: 'multiple-choice', chance: 0.25 } as const;
const choices: readonly Choice[] = [
  { ...four, figure: 'accuracy', phrase: 'are found the likeliest of four answers' },
  {
    ...four,
    figure: 'accuracyNormalised',
    phrase: 'are found the likeliest of four answers for their length',
  },
  { ...four, figure: 'accuracyLettered', phrase: 'are picked by letter from four answers' },
  {
    probe: 'yes-no',
    chance: 0.5,
    figure: 'accuracy',
    phrase: 'are sooner said to be true than a wrong answer',
  },
];

export const recognised = (measurements: readonly Measured[]): Recognised[] =>
  choices.flatMap(({ probe, figure, phrase, chance }) => {
    const found = measurements.find((one) => one.probe === probe && one.figure === figure);
    if (!found) return [];
    const { after: share, reference, interval, difference } = found;
    const [low, high] = interval;
    return {
      phrase,
      share,
      reference,
      value: share - (reference ?? chance),
      interval: difference ?? [low - chance, high - chance],
    };
  });

export const isKnown = ({ value, interval: [lower] }: Recognised): boolean =>
  value > thresholds.recognised && lower > 0;

/** Picked less often than by who never saw it. */
export const isAvoided = ({ interval: [, upper] }: Recognised): boolean => upper < 0;

/** @param by the reference, as in "a model that never saw it". */
export const inWords = ({ phrase, share, reference, value }: Recognised, by: string): string =>
  reference === null
    ? `${percent(share)} ${phrase} (guessing gives ${percent(share - value)})`
    : `${percent(share)} ${phrase} (by ${by.replace(/,$/, '')} ${percent(reference)})`;
