// What a run found of pictures, beside a baseline of the same run, as tables.

import type { EvaluationComparison } from '#client/types.js';
import { decodingWords } from '#contracts/decoding.js';
import { shown, table } from './output.js';

/** As a table for each. */
export const comparisonTables = (compared: readonly EvaluationComparison[]): string =>
  compared.map(tableOf).join('\n');

export const nameOf = ({ model, task_index: index, task }: EvaluationComparison): string =>
  [
    `${shown(model)}, ${index} ${task.name}`,
    ...(task.decoding ? [decodingWords(task.decoding)] : []),
  ].join(': ');

const tableOf = (compared: EvaluationComparison): string =>
  table(
    [nameOf(compared), 'value', '95 %', 'baseline', 'difference', '95 %'],
    compared.figures.map(({ metric, value, interval, baseline, difference }) => [
      metric,
      number(value),
      bounds(interval),
      number(baseline),
      number(difference.value),
      bounds(difference.interval),
    ]),
  );

const number = (value: number | null): string => value?.toFixed(2) ?? '-';
const bounds = (interval: readonly number[] | null): string =>
  interval?.map(number).join(' to ') ?? '-';
