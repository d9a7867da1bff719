// Erases knowledge bases.

import { Injectable } from '@nestjs/common';
import { and, eq, type SQL } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { knowledgeBases } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { knowledgeBaseSubject } from '../receipts/subjects.js';

@Injectable()
export class KnowledgeBaseErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly collector: Collector,
  ) {}

  /** Spaces of earlier versions were erased when the next one came. */
  async erase(erasure: Erasure): Promise<string[]> {
    const { tenantId, targetId: id } = erasure;
    const rows = await this.database.sql.select().from(knowledgeBases).where(isTarget(erasure));
    const { references } = new TenantRecords(this.database.sql, tenantId);
    await references.release({ kind: 'knowledge_base', id });
    const spaces = rows.map(({ space }) => space);
    return this.collector.collect(tenantId, spaces);
  }

  async forget(transaction: Sql, erasure: Erasure): Promise<Subject[]> {
    const deleted = await transaction.delete(knowledgeBases).where(isTarget(erasure)).returning();
    return deleted.flatMap(knowledgeBaseSubject);
  }
}

const isTarget = ({ tenantId, targetId }: Erasure): SQL | undefined =>
  and(eq(knowledgeBases.tenantId, tenantId), eq(knowledgeBases.id, targetId));
