// Evaluation runs and their cells as clients see them.

import { z } from 'zod';
import { figureSchema } from '#contracts/cells.js';
import { cellStatuses, runStatuses, runTaskSchema } from '#contracts/evaluation-runs.js';
import { judges } from '#contracts/judges.js';
import type { CellCounts } from '../cells/run-states.js';
import { unixSeconds } from '../http/page.js';
import type { ToldCell } from './run-cells.js';
import type { ToldRun } from './run-words.js';

const count = z.number().int();

export const runSchema = z.object({
  id: z.string(),
  object: z.literal('evaluation_run'),
  created_at: z.number().int(),
  finished_at: z.number().int().nullable(),
  status: z.enum(runStatuses),
  models: z.array(z.string()),
  tasks: z.array(runTaskSchema),
  judge: z.enum(judges),
  max_tokens: z.number().int(),
  limit: z.number().int().optional(),
  shard_size: z.number().int(),
  metadata: z.record(z.string(), z.string()),
  cells: z
    .object({
      total: count,
      ...(Object.fromEntries(cellStatuses.map((status) => [status, count])) as Record<
        (typeof cellStatuses)[number],
        typeof count
      >),
    })
    .describe('Models times tasks, by what has become of them.'),
});
export type RunObject = z.infer<typeof runSchema>;

export const cellSchema = z.object({
  id: z.string(),
  object: z.literal('evaluation_run.cell'),
  place: z.number().int().describe('Model by model, task by task, from 0.'),
  model: z.string(),
  task_index: z.number().int(),
  task: runTaskSchema.describe('With the judge and the limits that held for it.'),
  status: z.enum(cellStatuses),
  figures: z.array(figureSchema).readonly().nullable(),
  error: z.string().nullable(),
  started_at: z.number().optional(),
  finished_at: z.number().optional(),
});
export type CellObject = z.infer<typeof cellSchema>;

export function toRun(row: ToldRun, cells: CellCounts): RunObject {
  const { metadata, ...request } = row.request;
  return {
    id: row.id,
    object: 'evaluation_run',
    created_at: unixSeconds(row.createdAt),
    finished_at: row.finishedAt && unixSeconds(row.finishedAt),
    status: row.status,
    ...request,
    metadata: metadata ?? {},
    cells: { total: row.cells, ...cells },
  };
}

export function toCell(told: ToldCell): CellObject {
  const { place, model, task, taskIndex, status, error, cell, answers } = told;
  const startedAt = answers?.startedAt ?? cell.startedAt;
  return {
    id: cell.id,
    object: 'evaluation_run.cell',
    place,
    model,
    task_index: taskIndex,
    task,
    status,
    figures: cell.figures,
    error,
    ...(startedAt ? { started_at: startedAt.getTime() / 1000 } : {}),
    ...(cell.finishedAt ? { finished_at: cell.finishedAt.getTime() / 1000 } : {}),
  };
}
