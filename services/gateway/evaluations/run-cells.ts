// The cells of a run in their order, each with the model and the task that it is of.

import { and, asc, eq, gte } from 'drizzle-orm';
import { item } from '#collections/items.js';
import type { CellStatus, RunTask } from '#contracts/evaluation-runs.js';
import { cellSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { errorPlace } from '../cells/cell-outcome.js';
import { answers, shownStatus } from '../cells/run-states.js';
import { evaluationCells as cells, evaluationRunCells as places } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { CellRow } from '../database/tenant-records.js';
import { TextReader } from '../texts/text-reader.js';
import type { ToldRun } from './run-words.js';

export interface PlacedCell {
  readonly place: number;
  /** As the run's request names it. */
  readonly model: string;
  /** Of the task in the request. */
  readonly taskIndex: number;
  /** With every setting that the run gives it. */
  readonly task: RunTask;
  readonly cell: CellRow;
  /** What it is judged from. */
  readonly answers: CellRow | null;
  /** As it is shown. */
  readonly status: CellStatus;
}
export type ToldCell = PlacedCell & { readonly error: string | null };

/** @param from the first place that is read. */
export async function readCells(
  database: Sql,
  run: ToldRun,
  from: number,
  limit: number,
): Promise<PlacedCell[]> {
  const rows = await database
    .select({ place: places.place, cell: cells, answers, status: shownStatus })
    .from(places)
    .innerJoin(cells, eq(cells.id, places.cellId))
    .leftJoin(answers, eq(answers.id, cells.answersId))
    .where(and(eq(places.runId, run.id), places.isShown, gte(places.place, from)))
    .orderBy(asc(places.place))
    .limit(limit);
  return rows.map((row) => ({ ...row, ...nameOf(run, row.place) }));
}

/** @returns undefined where the run has no such cell. */
export async function placeOfCell(
  database: Sql,
  runId: string,
  cellId: string,
): Promise<number | undefined> {
  const [found] = await database
    .select({ place: places.place })
    .from(places)
    .where(and(eq(places.runId, runId), places.isShown, eq(places.cellId, cellId)));
  return found?.place;
}

/** @throws StorageUnavailableError, KeyServiceError */
export async function tellCells(
  artifacts: TenantStore,
  placed: readonly PlacedCell[],
  log: Logger,
): Promise<ToldCell[]> {
  const spaces = placed.flatMap((one) => failedOf(one) ?? []).map(({ id }) => cellSpace(id));
  const texts = await TextReader.load(artifacts, spaces, log);
  return placed.map((one) => {
    const { id = '', error = null } = failedOf(one) ?? {};
    return { ...one, error: error && texts.read(error, cellSpace(id), errorPlace(id)) };
  });
}

/** That has the error: verdicts fail with their answers. */
const failedOf = (placed: PlacedCell): CellRow | undefined =>
  [placed.cell, placed.answers].find((one) => one?.error) ?? undefined;

function nameOf(
  { request, data }: ToldRun,
  place: number,
): Pick<PlacedCell, 'taskIndex' | 'model' | 'task'> {
  const { judge, max_tokens, limit, tasks } = request;
  const taskIndex = place % data.length;
  return {
    taskIndex,
    model: item(request.models, Math.floor(place / data.length)),
    task: {
      judge,
      max_tokens,
      ...(limit === undefined ? {} : { limit }),
      ...item(tasks, taskIndex),
    },
  };
}
