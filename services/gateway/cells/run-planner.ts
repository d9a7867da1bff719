// Records the cells of a run, some at a time: those that exist already are taken, the others wait.

import { Injectable } from '@nestjs/common';
import { and, eq, isNull } from 'drizzle-orm';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { Database } from '../database/database.js';
import { evaluationRunCells as places, evaluationRuns as runs } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { type RunRow, TenantRecords } from '../database/tenant-records.js';
import { CellTaking } from './cell-taking.js';
import { planPlace } from './planned-cells.js';
import { holdCells } from './run-spaces.js';
import { isOpen } from './run-states.js';

/** Cells of one transaction: what each of its statements has to carry stays within 20,000 values. */
const BATCH = 1000;

@Injectable()
export class RunPlanner {
  constructor(
    private readonly database: Database,
    private readonly producer: QueueProducer,
  ) {}

  /**
   * Whatever becomes of this process, who plans the run again goes on where it was.
   * @throws QueueUnavailableError
   */
  async plan({ id, planned, cells }: RunRow): Promise<void> {
    if (planned === cells) return;
    const judges = await this.producer.offers('judge');
    while (await this.database.sql.transaction((tx) => this.step(tx, id, judges)));
  }

  /** @returns whether there is more to do. */
  private async step(
    transaction: Sql,
    runId: string,
    judges: ReadonlyMap<string, string | null>,
  ): Promise<boolean> {
    const [run] = await transaction
      .select()
      .from(runs)
      .where(and(eq(runs.id, runId), isOpen, isNull(runs.deletedAt)))
      .for('update');
    if (!run || run.planned === run.cells) return false;
    const end = Math.min(run.cells, run.planned + BATCH);
    const records = new TenantRecords(transaction, run.tenantId);
    const live = await this.liveModels(records, run);
    const planned = Array.from({ length: end - run.planned }, (_, at) =>
      planPlace(run, run.planned + at, live, judges),
    );
    const taken = await new CellTaking(transaction, records, run).take(planned);
    await transaction.insert(places).values(taken.map((cell) => ({ runId, ...cell })));
    await holdCells(
      records,
      run,
      taken.map(({ cellId }) => cellId),
    );
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
}
