// A cell beside its baseline, as clients see it.

import { z } from 'zod';
import { runTaskSchema } from '#contracts/evaluation-runs.js';
import { intervalSchema } from '#contracts/interval.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import type { PlacedCell } from '../run-cells.js';
import type { Comparison } from './comparison-protocol.js';

const value = z.number().nullable().describe('Null where there is nothing to take it from.');
const interval = intervalSchema.nullable().describe('At 95 %.');

export const comparisonSchema = z.object({
  id: z.string().describe("The cell's."),
  object: z.literal('evaluation_run.comparison'),
  place: z.number().int(),
  model: z.string(),
  task_index: z.number().int(),
  task: runTaskSchema,
  baseline: z.object({ id: z.string(), model: z.string(), task_index: z.number().int() }),
  figures: z.array(
    z.object({
      metric: z.string(),
      value,
      interval,
      baseline: value,
      difference: z
        .object({ value, interval })
        .describe('To the baseline, picture by picture: each is drawn with both answers.'),
    }),
  ),
  warnings: z.array(z.string()).describe('What makes a gain doubtful.'),
});
export type ComparisonObject = z.infer<typeof comparisonSchema>;

export const toComparison = (
  { cell, place, model, taskIndex, task }: PlacedCell,
  baseline: PlacedCell,
  { figures, warnings }: Comparison,
): ComparisonObject => ({
  id: cell.id,
  object: 'evaluation_run.comparison',
  place,
  model,
  task_index: taskIndex,
  task,
  baseline: { id: baseline.cell.id, model: baseline.model, task_index: baseline.taskIndex },
  figures: Object.entries(figures).map(([metric, of]) => ({
    metric,
    ...estimate(of),
    baseline: known(of.baseline),
    difference: estimate(of.difference),
  })),
  warnings: [...warnings],
});

const known = (number = Number.NaN): number | null => (Number.isNaN(number) ? null : number);
const estimate = (of: Pick<Measured, 'value' | 'interval'> | undefined) => ({
  value: known(of?.value),
  interval: !of || of.interval.some(Number.isNaN) ? null : ([...of.interval] as [number, number]),
});
