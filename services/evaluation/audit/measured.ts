// Means of an audit's figures over its questions.

import { first } from '#collections/items.js';
import type { AuditRole, Measured } from '#contracts/audit.js';
import type { MeasurementName } from '#contracts/probes.js';
import { bootstrap } from '#metrics/bootstrap.js';
import { type Interval, wilson } from '#metrics/intervals.js';
import { mean } from '#metrics/statistics.js';
import { drawn } from './drawn.js';
import { pairedDifference, type Values } from './paired.js';
import type { Figures } from './probe.js';
import type { Tally } from './tally.js';

type ByQuestion = ReadonlyMap<number, Figures>;

export interface Counted extends Measured {
  /** Questions of the model after that have the figure. */
  readonly n: number;
}

/** @param probe `samples` has figures of its verdicts. */
export function measuredOf(tally: Tally, probe: MeasurementName | 'samples'): Counted[] {
  const [after, before, reference] = (['after', 'before', 'reference'] as const).map((role) =>
    figuresOf(tally, probe, role),
  ) as [ByQuestion, ByQuestion, ByQuestion];
  const names = new Set([...after.values()].flatMap((figures) => Object.keys(figures)));
  return [...names].flatMap((figure) => {
    const [values, others] = [valuesOf(after, figure), valuesOf(reference, figure)];
    const value = meanOf(values);
    if (value === null) return [];
    return {
      probe,
      figure,
      after: value,
      interval: intervalOf([...values.values()]),
      before: meanOf(valuesOf(before, figure)),
      reference: meanOf(others),
      difference: pairedDifference(values, others),
      n: values.size,
    };
  });
}

const figuresOf = (tally: Tally, probe: MeasurementName | 'samples', role: AuditRole): ByQuestion =>
  probe === 'samples'
    ? new Map([...tally.verdicts(probe, role)].map(([index, each]) => [index, drawn(each)]))
    : tally.figures(probe, role);

const valuesOf = (figures: ByQuestion, name: string): Values =>
  new Map(
    [...figures].flatMap(([index, { [name]: value }]) =>
      value === undefined ? [] : [[index, value] as const],
    ),
  );

const meanOf = (values: Values): number | null =>
  values.size > 0 ? mean([...values.values()]) : null;

/** Where each question is right or wrong, it is a share: resamples of equal ones would not vary. */
const intervalOf = (values: readonly number[]): Interval =>
  values.every((value) => value === 0 || value === 1)
    ? wilson(values.filter((value) => value === 1).length, values.length)
    : bootstrap([values], first);
