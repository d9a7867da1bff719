import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { fileSpace } from '#contracts/spaces.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { files } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';

@Injectable()
export class FileErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly collector: Collector,
  ) {}

  async erase({ tenantId, targetId: id }: Erasure): Promise<void> {
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'file', id });
    await this.collector.collect(tenantId, [fileSpace(id)]);
    await this.database.sql
      .delete(files)
      .where(and(eq(files.tenantId, tenantId), eq(files.id, id)));
  }
}
