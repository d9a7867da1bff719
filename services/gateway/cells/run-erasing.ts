// Erases evaluation runs, with the cells that no other run names.

import { Injectable } from '@nestjs/common';
import { and, eq, inArray, not, sql } from 'drizzle-orm';
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
import { CellQueue } from './cell-queue.js';
import { erasedCell } from './derived-cells.js';
import { releaseSpaces } from './run-spaces.js';
import { cellsOf } from './run-states.js';

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
    const left = await this.queue.leave(orphans, erasure);
    await releaseSpaces(new TenantRecords(this.database.sql, tenantId), id);
    const spaces = [runSpace(id), ...orphans.map((cell) => cellSpace(cell.id))];
    const erased = await this.collector.collect(tenantId, spaces);
    if (!left) throw new StillAtWorkError(id);
    return erased;
  }

  async forget(transaction: Sql, { tenantId, targetId: id }: Erasure): Promise<Subject[]> {
    const had = await cellsOf(transaction, id);
    const deleted = await transaction
      .delete(runs)
      .where(and(eq(runs.tenantId, tenantId), eq(runs.id, id)))
      .returning();
    const ids = had.map((cell) => cell.id);
    if (ids.length > 0)
      await transaction.delete(cells).where(and(inArray(cells.id, ids), not(isNamed)));
    return deleted.flatMap((run) => idSubject('evaluation-run', run.id));
  }

  /** From now on no other run can take them. */
  private async markOrphans(transaction: Sql, id: string): Promise<CellRow[]> {
    const ofRun = inArray(cells.id, cellsOf(transaction, id));
    // Whoever plans a run with one of them has recorded that by then, or waits.
    await transaction.select().from(cells).where(ofRun).orderBy(cells.id).for('update');
    return transaction
      .update(cells)
      .set(erasedCell)
      .where(and(ofRun, not(isKept)))
      .returning();
  }
}

/** By a run that is not deleted: of those that are, the last to be erased takes the cell along. */
const isKept = sql`EXISTS (
  SELECT FROM ${places} JOIN ${runs} ON ${runs.id} = ${places.runId}
  WHERE ${places.cellId} = ${cells.id} AND ${runs.deletedAt} IS NULL
)`;
const isNamed = sql`EXISTS (SELECT FROM ${places} WHERE ${places.cellId} = ${cells.id})`;
