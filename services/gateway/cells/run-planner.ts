// Records the cells of a run, some at a time: those that exist already are taken, the others wait.

import { Injectable } from '@nestjs/common';
import { and, eq, isNull } from 'drizzle-orm';
import { item } from '#collections/items.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { isJudged } from '#contracts/tasks.js';
import { readRelease } from '#platform/release.js';
import { Database } from '../database/database.js';
import {
  type CellWork,
  evaluationCells as cells,
  evaluationRunCells as places,
  evaluationRuns as runs,
} from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { type CellRow, type RunRow, TenantRecords } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import { cellKey } from './cell-key.js';
import { holdCell } from './run-spaces.js';
import { isOpen } from './run-states.js';

/** Cells of one transaction. */
const BATCH = 100;

@Injectable()
export class RunPlanner {
  private readonly release = readRelease();

  constructor(private readonly database: Database) {}

  /** Whatever becomes of this process, who plans the run again goes on where it was. */
  async plan(runId: string): Promise<void> {
    while (await this.database.sql.transaction((tx) => this.step(tx, runId)));
  }

  /** @returns whether there is more to do. */
  private async step(transaction: Sql, runId: string): Promise<boolean> {
    const [run] = await transaction
      .select()
      .from(runs)
      .where(and(eq(runs.id, runId), isOpen, isNull(runs.deletedAt)))
      .for('update');
    if (!run || run.planned === run.cells) return false;
    const end = Math.min(run.cells, run.planned + BATCH);
    const records = new TenantRecords(transaction, run.tenantId);
    const live = await this.liveModels(records, run);
    for (let place = run.planned; place < end; place++) {
      const cell = await this.take(transaction, records, run, place, live);
      await transaction.insert(places).values({ runId, place, cellId: cell.id });
      await holdCell(records, run, cell);
    }
    await transaction.update(runs).set({ planned: end }).where(eq(runs.id, runId));
    return end < run.cells;
  }

  /** Spaces of the batch's adapters that are not deleted; nobody deletes them meanwhile. */
  private async liveModels(records: TenantRecords, run: RunRow): Promise<ReadonlySet<string>> {
    const modelAt = (place: number) => Math.floor(place / run.data.length);
    const models = run.models.slice(modelAt(run.planned), modelAt(run.planned + BATCH) + 1);
    const adapters = models.flatMap(({ adapter }) => adapter ?? []);
    const spaces = [...new Set(adapters.map(({ space }) => space))].toSorted();
    return new Set(spaces.length > 0 ? await records.references.lock('model', spaces) : []);
  }

  /** What has the same key already, or else a new cell. Held until the transaction ends. */
  private async take(
    transaction: Sql,
    records: TenantRecords,
    run: RunRow,
    place: number,
    live: ReadonlySet<string>,
  ): Promise<CellRow> {
    const model = item(run.models, Math.floor(place / run.data.length));
    const work = workOf(run, place);
    const { adapter } = model;
    const sources = [
      ...(adapter ? [adapter.space] : []),
      work.data.forget.space,
      work.data.retain.space,
    ];
    const values = { id: newId('evalcell-'), work, sources, traceId: run.traceId };
    if (adapter && !live.has(adapter.space))
      return inserted(await records.cells.insert({ ...values, status: 'erased' }));
    const key = cellKey(work, model, this.release);
    const made = await records.cells.insert({ ...values, key, status: 'waiting' });
    return made ?? this.known(transaction, run.tenantId, key, sources);
  }

  /** It goes with any of the files and models that it could have been made from. */
  private async known(
    transaction: Sql,
    tenantId: string,
    key: string,
    sources: readonly string[],
  ): Promise<CellRow> {
    const condition = and(eq(cells.tenantId, tenantId), eq(cells.key, key));
    const [cell] = await transaction.select().from(cells).where(condition).for('update');
    const all = [...new Set([...inserted(cell).sources, ...sources])];
    const [updated] = await transaction
      .update(cells)
      .set({ sources: all })
      .where(condition)
      .returning();
    return inserted(updated);
  }
}

/** One that is erased meanwhile loses its key: the batch is planned again. */
function inserted(cell: CellRow | undefined): CellRow {
  if (!cell) throw new Error('a cell is gone while it is planned');
  return cell;
}

/** @param place of the cell: model by model, task by task. */
function workOf({ request, models, data }: RunRow, place: number): CellWork {
  const home = Math.floor(place / data.length);
  const { base, adapter } = item(models, home);
  const task: RunTask = item(request.tasks, place % data.length);
  const limit = task.limit ?? request.limit;
  return {
    task: task.name,
    model: { base, ...(adapter ? { adapter, home } : {}) },
    data: item(data, place % data.length),
    ...(isJudged(task.name) ? { judge: task.judge ?? request.judge } : {}),
    maxTokens: task.max_tokens ?? request.max_tokens,
    shardSize: request.shard_size,
    ...(limit === undefined ? {} : { limit }),
  };
}
