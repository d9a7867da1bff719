// Erases what a job that has ended no longer needs.

import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { jobSpace } from '#contracts/spaces.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { Collector } from '../artifacts/collector.js';
import { Database } from '../database/database.js';
import { jobs } from '../database/schema.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { spacesOf } from './job-spaces.js';

/**
 * What a job that has ended no longer holds: what it needed to go on, and the space of a model that
 * it did not publish. What it keeps is measured.
 */
@Injectable()
export class LeftoversErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly collector: Collector,
    private readonly keeper: SpaceKeeper,
  ) {}

  async erase({ tenantId, targetId: id }: Erasure): Promise<string[]> {
    const [job] = await this.database.sql.select().from(jobs).where(eq(jobs.id, id));
    if (!job) return [];
    const erased = await this.collector.collect(tenantId, spacesOf(job));
    const storedBytes = await this.keeper.bytes(tenantId, jobSpace(id));
    await this.database.sql.update(jobs).set({ storedBytes }).where(eq(jobs.id, id));
    return erased;
  }

  /** The job stays. */
  forget = async (): Promise<Subject[]> => [];
}
