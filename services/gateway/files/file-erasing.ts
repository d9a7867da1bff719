// Erases files, with the cells that were made from them.

import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { fileSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { DerivedCells } from '../cells/derived-cells.js';
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
    private readonly cells: DerivedCells,
  ) {}

  async erase(erasure: Erasure): Promise<string[]> {
    const { tenantId, targetId: id } = erasure;
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'file', id });
    const space = fileSpace(id);
    const erased = await this.collector.collect(tenantId, [space]);
    return [...erased, ...(await this.cells.erase(erasure, space))];
  }

  async forget(transaction: Sql, { tenantId, targetId: id }: Erasure): Promise<Subject[]> {
    const deleted = await transaction
      .delete(files)
      .where(and(eq(files.tenantId, tenantId), eq(files.id, id)))
      .returning();
    return deleted.flatMap(fileSubject);
  }
}
