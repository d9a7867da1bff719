// What the places of a run ask: which cells each of them needs, by key.

import { item } from '#collections/items.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { isJudged } from '#contracts/tasks.js';
import { readRelease } from '#platform/release.js';
import type { CellWork } from '../database/schema.js';
import type { RunRow } from '../database/tenant-records.js';
import { answersKey, verdictsKey } from './cell-key.js';

const release = readRelease();

export interface PlannedCell {
  readonly key: string;
  readonly work: CellWork;
}

export interface PlannedPlace {
  readonly place: number;
  readonly work: CellWork;
  /** Absent where the model is deleted: nobody is asked. */
  readonly answers?: PlannedCell;
  /** Absent where there is nothing to judge. */
  readonly verdicts?: PlannedCell;
}

/**
 * @param place model by model, task by task.
 * @param live spaces of the adapters that are not deleted.
 * @param judges by name, with what stands behind each.
 */
export function planPlace(
  run: RunRow,
  place: number,
  live: ReadonlySet<string>,
  judges: ReadonlyMap<string, string | null>,
): PlannedPlace {
  const { data, models, request } = run;
  const task = item(request.tasks, place % data.length);
  const { adapter, digest } = item(models, Math.floor(place / data.length));
  const work = workOf(run, task, place);
  if (adapter && !live.has(adapter.space)) return { place, work };
  const answers = { key: answersKey(work, { digest }, release), work };
  if (!isJudged(task.name)) return { place, work, answers };
  const judge = task.judge ?? request.judge;
  const named = { name: judge, model: judges.get(judge) ?? null };
  const verdicts = { key: verdictsKey(answers.key, named, release), work: { ...work, judge } };
  return { place, work, answers, verdicts };
}

/** Without a judge. */
function workOf({ request, models, data }: RunRow, task: RunTask, place: number): CellWork {
  const home = Math.floor(place / data.length);
  const { base, adapter } = item(models, home);
  const limit = task.limit ?? request.limit;
  return {
    task: task.name,
    model: { base, ...(adapter ? { adapter, home } : {}) },
    data: item(data, place % data.length),
    maxTokens: task.max_tokens ?? request.max_tokens,
    shardSize: request.shard_size,
    ...(limit === undefined ? {} : { limit }),
    ...(task.decoding ? { decoding: task.decoding } : {}),
  };
}
