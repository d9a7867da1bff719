// Erases a tenant: its running jobs, its records, its bytes.
import { Injectable } from '@nestjs/common';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { inArray } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { jobs, openStatuses } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import { JobQueue } from '../jobs/job-queue.js';
import { TenantsRepository } from './tenants.repository.js';

@Injectable()
export class TenantRemoval {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly queue: JobQueue,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** Workers stop first: what they write after the bytes are gone would stay. @throws QueueUnavailableError */
  async remove(tenantId: string): Promise<void> {
    const records = new TenantRecords(this.database.sql, tenantId);
    for (const job of await records.jobs.select(inArray(jobs.status, openStatuses))) await this.queue.cancel(job);
    await this.tenants.remove(tenantId);
    await this.artifacts.deleteTenant(tenantId);
  }
}
