// Erases the cells that were made from something that is erased: they hold its text.

import { Injectable } from '@nestjs/common';
import { and, arrayContains, eq, inArray, or, sql } from 'drizzle-orm';
import { cellSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { evaluationCells as cells } from '../database/schema.js';
import { type CellRow, TenantRecords } from '../database/tenant-records.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import { CellQueue } from './cell-queue.js';

/** What is left of one: that it was. */
export const erasedCell = {
  status: 'erased',
  key: null,
  report: null,
  figures: null,
  error: null,
  storedBytes: null,
  finishedAt: sql`coalesce(${cells.finishedAt}, now())`,
} as const;

@Injectable()
export class DerivedCells {
  constructor(
    private readonly database: Database,
    private readonly queue: CellQueue,
    private readonly collector: Collector,
  ) {}

  /**
   * Once nobody can make more of them. May be done again from any point.
   * @param space of the file or the model.
   * @returns their spaces.
   * @throws StillAtWorkError, QueueUnavailableError
   */
  async erase(erasure: Erasure, space: string): Promise<string[]> {
    const { tenantId } = erasure;
    const made = await this.mark(tenantId, space);
    if (made.length === 0) return [];
    const left = await this.queue.leave(made, erasure);
    const spaces = made.map(({ id }) => cellSpace(id));
    await new TenantRecords(this.database.sql, tenantId).references.releaseFromAll(spaces);
    const erased = await this.collector.collect(tenantId, spaces);
    if (!left) throw new StillAtWorkError(space);
    return erased;
  }

  private mark(tenantId: string, space: string): Promise<CellRow[]> {
    const { sql: database } = this.database;
    const isMade = and(eq(cells.tenantId, tenantId), arrayContains(cells.sources, [space]));
    // Verdicts may be of fewer runs than the answers that they are on.
    const made = database.select({ id: cells.id }).from(cells).where(isMade);
    return database
      .update(cells)
      .set(erasedCell)
      .where(or(isMade, inArray(cells.answersId, made)))
      .returning();
  }
}
