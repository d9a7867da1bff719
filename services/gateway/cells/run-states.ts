// Which runs and cells are at what.

import { and, count, eq, inArray, ne, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { type CellStatus, cellStatuses } from '#contracts/evaluation-runs.js';
import {
  evaluationCells as cells,
  evaluationRunCells as places,
  evaluationRuns as runs,
} from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { RunRow } from '../database/tenant-records.js';

export const isOpen = inArray(runs.status, ['queued', 'running']);
export const isUnfinished = inArray(cells.status, ['waiting', 'running']);

/** What a cell of verdicts is judged from, for a join. */
export const answers = alias(cells, 'answers');
/** As it is shown: while its answers are at work, so are the verdicts that wait for them. */
export const shownStatus = sql<CellStatus>`CASE
  WHEN ${cells.status} = 'waiting' AND ${answers.status} = 'running' THEN 'running'
  ELSE ${cells.status}
END`;

/** The ids of a run's cells, for a condition on cells. */
export const cellsOf = (database: Sql, runId: string) =>
  database.select({ id: places.cellId }).from(places).where(eq(places.runId, runId));

/** Whether an open run other than this one names a cell. */
export const isOthers = (runId: string): SQL => sql`EXISTS (
  SELECT FROM ${places} JOIN ${runs} ON ${runs.id} = ${places.runId}
  WHERE ${places.cellId} = ${cells.id} AND ${and(ne(runs.id, runId), isOpen)} AND ${runs.deletedAt} IS NULL
)`;

export type CellCounts = Record<CellStatus, number>;

/** Cells that are not recorded yet wait. */
export async function countCells(
  database: Sql,
  run: Pick<RunRow, 'id' | 'cells' | 'planned'>,
): Promise<CellCounts> {
  const rows = await database
    .select({ status: shownStatus, count: count() })
    .from(places)
    .innerJoin(cells, eq(cells.id, places.cellId))
    .leftJoin(answers, eq(answers.id, cells.answersId))
    .where(and(eq(places.runId, run.id), places.isShown))
    .groupBy(shownStatus);
  const counts = new Map(rows.map((row) => [row.status, row.count]));
  const all = cellStatuses.map((status) => [status, counts.get(status) ?? 0] as const);
  const known = Object.fromEntries(all) as CellCounts;
  return { ...known, waiting: known.waiting + run.cells - run.planned };
}
