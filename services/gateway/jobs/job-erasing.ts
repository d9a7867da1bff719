// Erases jobs, with all that they have left.

import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { jobs } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import { jobSubjects } from '../receipts/subjects.js';
import { JobQueue } from './job-queue.js';
import { ownSpaces, spacesOf } from './job-spaces.js';
import { leaveQueues } from './leave-queues.js';

@Injectable()
export class JobErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly collector: Collector,
  ) {}

  /** Its model's space stays where it was published: it is the model's then. */
  async erase(erasure: Erasure): Promise<string[]> {
    const { tenantId, targetId: id } = erasure;
    const [job] = await this.database.sql
      .select()
      .from(jobs)
      .where(and(eq(jobs.tenantId, tenantId), eq(jobs.id, id)));
    if (!job) return [];
    const left = await leaveQueues(this.queue, job, erasure);
    await new TenantRecords(this.database.sql, tenantId).references.release({ kind: 'job', id });
    const erased = new Set(await this.collector.collect(tenantId, spacesOf(job)));
    if (!left) throw new StillAtWorkError(id);
    return ownSpaces(id).filter((space) => erased.has(space));
  }

  async forget(transaction: Sql, { tenantId, targetId: id }: Erasure): Promise<Subject[]> {
    const deleted = await transaction
      .delete(jobs)
      .where(and(eq(jobs.tenantId, tenantId), eq(jobs.id, id)))
      .returning();
    return deleted.flatMap(jobSubjects);
  }
}
