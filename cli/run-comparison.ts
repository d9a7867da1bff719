// What a run found of pictures, beside a baseline of the same run: the paired difference by the
// bootstrap over pictures, and whether a gain comes with a shift.

import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell } from '#client/types.js';
import { grouped } from '#collections/grouped.js';
import { decodingWords } from '#contracts/decoding.js';
import { isSeeing, type SeeingName } from '#contracts/tasks.js';
import { seeingBenchmarks, type SeeingRow } from '#metrics/hallucination/benchmarks.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import { shown, table } from './output.js';

/** Which cell another is held against; what is left out is that cell's own. */
export interface Baseline {
  readonly model?: string;
  /** Its place among the run's tasks. */
  readonly task?: number;
}

export interface Compared {
  readonly cell: EvaluationCell;
  readonly figures: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
}

/**
 * Of each cell about pictures that has succeeded, and is not its own baseline.
 * @throws CommandError where there is none, or the run has no such model or task
 */
export async function comparisons(
  client: LetheClient,
  run: string,
  cells: readonly EvaluationCell[],
  baseline: Baseline,
): Promise<Compared[]> {
  checkBaseline(cells, baseline);
  const { model, task } = baseline;
  const answers = await answersOf(client, run);
  const compared = cells.flatMap((cell): Compared[] => {
    const { name, files } = cell.task;
    const before = cells.find(
      (one) => one.model === (model ?? cell.model) && one.task_index === (task ?? cell.task_index),
    );
    const isSame = before?.task.name === name && before.task.files.forget === files.forget;
    if (!isSeeing(name) || !before || before === cell || !isSame) return [];
    const [own, others] = [answers.get(keyOf(cell)), answers.get(keyOf(before))];
    if (!own || !others) return [];
    const figures = seeingBenchmarks[name].measured(own, others);
    return [{ cell, figures, warnings: seeingBenchmarks[name].shifts(figures) }];
  });
  if (compared.length === 0)
    throw new CommandError(
      'there is nothing to compare: expected cells of chair, pope or mme that have succeeded, and others of the same file as their baseline',
      exitCodes.failed,
    );
  return compared;
}

function checkBaseline(cells: readonly EvaluationCell[], { model, task }: Baseline): void {
  const models = new Set(cells.map((cell) => cell.model));
  if (model !== undefined && !models.has(model))
    throw new CommandError(
      `--baseline: expected a model of the run (${[...models].map(shown).join(', ')}), got ${shown(model)}`,
      exitCodes.usage,
    );
  const last = Math.max(...cells.map((cell) => cell.task_index));
  if (task !== undefined && task > last)
    throw new CommandError(
      `--baseline-task: expected a task of the run (0 to ${last}), got ${task}`,
      exitCodes.usage,
    );
}

/** As a table for each. */
export const comparisonTables = (compared: readonly Compared[]): string =>
  compared.map(({ cell, figures }) => tableOf(cell, figures)).join('\n');

export const nameOf = ({ model, task_index: index, task }: EvaluationCell): string =>
  [
    `${shown(model)}, ${index} ${task.name}`,
    ...(task.decoding ? [decodingWords(task.decoding)] : []),
  ].join(': ');

const tableOf = (cell: EvaluationCell, figures: Compared['figures']): string =>
  table(
    [nameOf(cell), 'value', '95 %', 'baseline', 'difference', '95 %'],
    Object.entries(figures).map(([metric, { value, interval, baseline, difference }]) => [
      metric,
      number(value),
      bounds(interval),
      number(baseline ?? Number.NaN),
      number(difference?.value ?? Number.NaN),
      bounds(difference?.interval ?? []),
    ]),
  );

const number = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(2));
const bounds = (interval: readonly number[]): string =>
  interval.length === 0 || interval.some(Number.isNaN) ? '-' : interval.map(number).join(' to ');

type Answer = SeeingRow & {
  readonly model: string;
  readonly task: SeeingName;
  readonly task_index: number;
};

const keyOf = ({ model, task_index: index }: Pick<Answer, 'model' | 'task_index'>): string =>
  `${index} ${model}`;

/** Of the run's cells about pictures. */
async function answersOf(client: LetheClient, run: string): Promise<Map<string, Answer[]>> {
  const text = await (await client.runResults(run)).text();
  const rows = text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Answer]));
  return grouped(
    rows.filter(({ task }) => isSeeing(task)),
    keyOf,
  );
}
