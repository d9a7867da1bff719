// Which of a tenant's runs are at work: with its jobs as many as its quota says. The others wait,
// and go in the order they came.

import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { Quotas } from '#contracts/quotas.js';
import { Database } from '../database/database.js';
import { evaluationRuns as runs } from '../database/schema.js';
import { type RunRow, TenantRecords } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { quotasOf } from '../quotas/quotas.js';
import { freeTurns, mustWait } from '../quotas/turns.js';

const isQueued = eq(runs.status, 'queued');

@Injectable()
export class RunAdmission {
  constructor(
    private readonly database: Database,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * For a transaction that holds the tenant and is about to record a run.
   * @throws ApiError 429
   */
  async place(records: TenantRecords, quotas: Quotas): Promise<'running' | 'queued'> {
    return (await mustWait(records, quotas)) ? 'queued' : 'running';
  }

  /** @returns those of a tenant that have their turn now: they are running. */
  async admit(tenantId: string): Promise<RunRow[]> {
    const waiting = await new TenantRecords(this.database.sql, tenantId).runs.count(isQueued);
    if (waiting === 0) return [];
    return this.database.sql.transaction((tx) => this.choose(new TenantRecords(tx, tenantId)));
  }

  async admitAll(): Promise<void> {
    const rows = await this.database.sql
      .selectDistinct({ tenantId: runs.tenantId })
      .from(runs)
      .where(isQueued);
    for (const { tenantId } of rows) await this.admit(tenantId);
  }

  private async choose(records: TenantRecords): Promise<RunRow[]> {
    const tenant = await records.lock();
    if (!tenant) return [];
    const limit = await freeTurns(records, quotasOf(this.env, tenant));
    if (limit === 0) return [];
    const { rows } = await records.runs.page({ limit, order: 'asc' }, isQueued);
    const admitted: RunRow[] = [];
    for (const { id } of rows) {
      const run = await records.runs.update(id, { status: 'running' }, isQueued);
      if (run) admitted.push(run);
    }
    return admitted;
  }
}
