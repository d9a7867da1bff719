// Erases evaluation runs, with the cells that no other run names.

import { Injectable } from '@nestjs/common';
import { and, eq, inArray, ne, not, type SQL, sql } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { cellSpace, runSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import {
  evaluationCells as cells,
  evaluationRunCells as places,
  evaluationRuns as runs,
} from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { type CellRow, TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import { idSubject } from '../receipts/subjects.js';
import { CellQueue, type QueuedCell } from './cell-queue.js';
import { erasedCell } from './derived-cells.js';
import { releaseSpaces } from './run-spaces.js';
import { cellsOf } from './run-states.js';

type Orphan = QueuedCell & Pick<CellRow, 'startedAt'>;

@Injectable()
export class RunErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly queue: CellQueue,
    private readonly collector: Collector,
  ) {}

  /** Cells that another run names stay. */
  async erase(erasure: Erasure): Promise<string[]> {
    const { tenantId, targetId: id } = erasure;
    const orphans = await this.database.sql.transaction((tx) => this.markOrphans(tx, id));
    // One that never began is in no queue, and has no space.
    const begun = orphans.filter(({ startedAt }) => startedAt !== null);
    const left = await this.queue.leave(begun, erasure);
    await releaseSpaces(new TenantRecords(this.database.sql, tenantId), id);
    const spaces = [runSpace(id), ...begun.map((cell) => cellSpace(cell.id))];
    const erased = await this.collector.collect(tenantId, spaces);
    if (!left) throw new StillAtWorkError(id);
    return erased;
  }

  async forget(transaction: Sql, { tenantId, targetId: id }: Erasure): Promise<Subject[]> {
    const ofRun = inArray(cells.id, cellsOf(transaction, id));
    await transaction
      .delete(cells)
      .where(and(eq(cells.tenantId, tenantId), ofRun, not(isNamedBeside(id))));
    const deleted = await transaction
      .delete(runs)
      .where(and(eq(runs.tenantId, tenantId), eq(runs.id, id)))
      .returning();
    return deleted.flatMap((run) => idSubject('evaluation-run', run.id));
  }

  /** From now on no other run can take them. */
  private async markOrphans(transaction: Sql, id: string): Promise<Orphan[]> {
    const ofRun = inArray(cells.id, cellsOf(transaction, id));
    // Whoever plans a run with one of them has recorded that by then, or waits.
    await transaction
      .select({ id: cells.id })
      .from(cells)
      .where(ofRun)
      .orderBy(cells.id)
      .for('update');
    return transaction
      .update(cells)
      .set(erasedCell)
      .where(and(ofRun, not(isKept)))
      .returning({
        id: cells.id,
        answersId: cells.answersId,
        isQueued: cells.isQueued,
        startedAt: cells.startedAt,
      });
  }
}

/** By a run that is not deleted: of those that are, the last to be erased takes the cell along. */
const isKept = sql`EXISTS (
  SELECT FROM ${places} JOIN ${runs} ON ${runs.id} = ${places.runId}
  WHERE ${places.cellId} = ${cells.id} AND ${runs.deletedAt} IS NULL
)`;
const isNamedBeside = (runId: string): SQL => sql`EXISTS (
  SELECT FROM ${places} WHERE ${places.cellId} = ${cells.id} AND ${ne(places.runId, runId)}
)`;
