import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { fileSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { files } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { fileSubject } from '../receipts/subjects.js';

@Injectable()
export class FileErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly collector: Collector,
  ) {}

  async erase({ tenantId, targetId: id }: Erasure): Promise<string[]> {
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'file', id });
    return this.collector.collect(tenantId, [fileSpace(id)]);
  }

  async forget(transaction: Sql, { tenantId, targetId: id }: Erasure): Promise<Subject[]> {
    const deleted = await transaction
      .delete(files)
      .where(and(eq(files.tenantId, tenantId), eq(files.id, id)))
      .returning();
    return deleted.flatMap(fileSubject);
  }
}
