// The cells of a run in their order, each with the model and the task that it is of.

import { and, asc, eq, gte } from 'drizzle-orm';
import { item } from '#collections/items.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { cellSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { errorPlace } from '../cells/cell-outcome.js';
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
    .select({ place: places.place, cell: cells })
    .from(places)
    .innerJoin(cells, eq(cells.id, places.cellId))
    .where(and(eq(places.runId, run.id), gte(places.place, from)))
    .orderBy(asc(places.place))
    .limit(limit);
  return rows.map(({ place, cell }) => ({ place, cell, ...nameOf(run, place) }));
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
    .where(and(eq(places.runId, runId), eq(places.cellId, cellId)));
  return found?.place;
}

/** @throws StorageUnavailableError, KeyServiceError */
export async function tellCells(
  artifacts: TenantStore,
  placed: readonly PlacedCell[],
  log: Logger,
): Promise<ToldCell[]> {
  const failed = placed.filter(({ cell }) => cell.error !== null);
  const spaces = failed.map(({ cell }) => cellSpace(cell.id));
  const texts = await TextReader.load(artifacts, spaces, log);
  return placed.map((one) => {
    const { id, error } = one.cell;
    return { ...one, error: error && texts.read(error, cellSpace(id), errorPlace(id)) };
  });
}

function nameOf({ request, data }: ToldRun, place: number): Omit<PlacedCell, 'place' | 'cell'> {
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
