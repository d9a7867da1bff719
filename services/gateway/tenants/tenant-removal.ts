// Erases a tenant: its running jobs, its records, its bytes.

import { Injectable } from '@nestjs/common';
import { inArray } from 'drizzle-orm';
import { setTimeout as delay } from 'node:timers/promises';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { Database } from '../database/database.js';
import { jobs, openStatuses } from '../database/schema.js';
import { type JobRow, TenantRecords } from '../database/tenant-records.js';
import { JobQueue } from '../jobs/job-queue.js';
import { TenantsRepository } from './tenants.repository.js';

/** In ms, between two looks. */
const interval = 200;
const patience = 50;

@Injectable()
export class TenantRemoval {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly queue: JobQueue,
    private readonly keeper: SpaceKeeper,
  ) {}

  /**
   * Workers stop first: what they write after the bytes are gone would stay.
   * @throws QueueUnavailableError
   */
  async remove(tenantId: string): Promise<void> {
    const records = new TenantRecords(this.database.sql, tenantId);
    const open = await records.jobs.select(inArray(jobs.status, openStatuses));
    for (const job of open) await this.queue.cancel(job);
    for (const job of open) await this.idle(job);
    await this.tenants.remove(tenantId);
    await this.keeper.eraseTenant(tenantId);
  }

  /** Waits until no worker is at the job, though not for one that does not heed its cancel. */
  private async idle(job: JobRow): Promise<void> {
    for (let pass = 0; pass < patience; pass += 1) {
      if (!(await this.queue.states(job)).some(({ state }) => state === 'active')) return;
      await delay(interval);
    }
  }
}
