import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { modelSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
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
  ) {}

  /** Its target is the job that trained it: a name may hold a tenant's text. */
  async erase({ tenantId, targetId: jobId }: Erasure): Promise<string[]> {
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'model', id: jobId });
    return this.collector.collect(tenantId, [modelSpace(jobId)]);
  }

  async forget(transaction: Sql, { tenantId, targetId: jobId }: Erasure): Promise<Subject[]> {
    const deleted = await transaction
      .delete(models)
      .where(and(eq(models.tenantId, tenantId), eq(models.jobId, jobId)))
      .returning();
    return deleted.flatMap(modelSubject);
  }
}
