// Which of a tenant's jobs are in the queues: as many as its quota says. The others wait in the
// database, and go in the order they came as those end.

import { Inject, Injectable } from '@nestjs/common';
import type { Quotas } from '#contracts/quotas.js';
import { Database } from '../database/database.js';
import { jobs } from '../database/schema.js';
import { type JobRow, TenantRecords } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { isRunning, isWaiting } from '../quotas/at-work.js';
import { quotasOf } from '../quotas/quotas.js';
import { usedUp } from '../quotas/refusals.js';
import { freeTurns, mustWait } from '../quotas/turns.js';
import { JobQueue } from './job-queue.js';

@Injectable()
export class JobAdmission {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * For a transaction that holds the tenant and is about to record a job.
   * @returns whether it goes into the queues, or waits.
   * @throws ApiError 429
   */
  async place(records: TenantRecords, quotas: Quotas): Promise<'queues' | 'waits'> {
    const jobsOpen = (await records.jobs.count(isRunning)) + (await records.jobs.count(isWaiting));
    if ((await records.models.count()) + jobsOpen >= quotas.models) throw usedUp('models', quotas);
    return (await mustWait(records, quotas)) ? 'waits' : 'queues';
  }

  /** Puts into the queues what has room. @throws QueueUnavailableError; whoever reconciles repairs it */
  async admit(tenantId: string): Promise<void> {
    const waiting = await new TenantRecords(this.database.sql, tenantId).jobs.count(isWaiting);
    if (waiting === 0) return;
    const admitted = await this.database.sql.transaction((tx) =>
      this.choose(new TenantRecords(tx, tenantId)),
    );
    for (const job of admitted) await this.queue.add(job);
  }

  async admitAll(): Promise<void> {
    const rows = await this.database.sql
      .selectDistinct({ tenantId: jobs.tenantId })
      .from(jobs)
      .where(isWaiting);
    for (const { tenantId } of rows) await this.admit(tenantId);
  }

  private async choose(records: TenantRecords): Promise<JobRow[]> {
    const tenant = await records.lock();
    if (!tenant) return [];
    const limit = await freeTurns(records, quotasOf(this.env, tenant));
    if (limit === 0) return [];
    const { rows } = await records.jobs.page({ limit, order: 'asc' }, isWaiting);
    const admitted: JobRow[] = [];
    for (const { id } of rows) {
      const job = await records.jobs.update(id, { flowOpen: true }, isWaiting);
      if (job) admitted.push(job);
    }
    return admitted;
  }
}
