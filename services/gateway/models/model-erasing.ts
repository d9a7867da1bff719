// Erases tuned models, with the cells that were made from them.

import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { modelSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { DerivedCells } from '../cells/derived-cells.js';
import { Database } from '../database/database.js';
import { models } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { modelSubject } from '../receipts/subjects.js';

@Injectable()
export class ModelErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly collector: Collector,
    private readonly cells: DerivedCells,
  ) {}

  /** Its target is the job that trained it: a name may hold a tenant's text. */
  async erase(erasure: Erasure): Promise<string[]> {
    const { tenantId, targetId: jobId } = erasure;
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'model', id: jobId });
    const space = modelSpace(jobId);
    const erased = await this.collector.collect(tenantId, [space]);
    return [...erased, ...(await this.cells.erase(erasure, space))];
  }

  async forget(transaction: Sql, { tenantId, targetId: jobId }: Erasure): Promise<Subject[]> {
    const deleted = await transaction
      .delete(models)
      .where(and(eq(models.tenantId, tenantId), eq(models.jobId, jobId)))
      .returning();
    return deleted.flatMap(modelSubject);
  }
}
