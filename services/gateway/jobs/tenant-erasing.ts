import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { Database } from '../database/database.js';
import { jobs, tenants } from '../database/schema.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import { JobQueue } from './job-queue.js';
import { leaveQueues } from './leave-queues.js';

@Injectable()
export class TenantErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** The tenant's own key goes first: from then on nothing of the tenant's can be read. */
  async erase(erasure: Erasure): Promise<void> {
    const { targetId: id } = erasure;
    const all = await this.database.sql.select().from(jobs).where(eq(jobs.tenantId, id));
    const left: boolean[] = [];
    for (const job of all) left.push(await leaveQueues(this.queue, job, erasure));
    await this.keeper.eraseTenant(id);
    if (!left.every(Boolean)) throw new StillAtWorkError(id);
    await this.database.sql.delete(tenants).where(eq(tenants.id, id));
  }
}
