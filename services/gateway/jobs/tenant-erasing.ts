// Erases tenants, with all that is theirs.

import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import type { Subject } from '#contracts/receipts/statement.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { CellQueue } from '../cells/cell-queue.js';
import { Database } from '../database/database.js';
import {
  artifactReferences,
  evaluationCells,
  files,
  jobs,
  models,
  tenants,
} from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { Erasing } from '../erasure/erasing.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import { fileSubject, idSubject, jobSubjects, modelSubject } from '../receipts/subjects.js';
import { JobQueue } from './job-queue.js';
import { leaveQueues } from './leave-queues.js';

@Injectable()
export class TenantErasing implements Erasing {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly cells: CellQueue,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** The tenant's own key goes first: from then on nothing of the tenant's can be read. */
  async erase(erasure: Erasure): Promise<string[]> {
    const { targetId: id } = erasure;
    const all = await this.database.sql.select().from(jobs).where(eq(jobs.tenantId, id));
    const left: boolean[] = [];
    for (const job of all) left.push(await leaveQueues(this.queue, job, erasure));
    const running = and(eq(evaluationCells.tenantId, id), evaluationCells.isQueued);
    const cells = await this.database.sql.select().from(evaluationCells).where(running);
    left.push(await this.cells.leave(cells, erasure));
    await this.keeper.eraseTenant(id);
    if (!left.every(Boolean)) throw new StillAtWorkError(id);
    return [id, ...(await this.spaces(id))];
  }

  /** All that the tenant still had. */
  async forget(transaction: Sql, { targetId: id }: Erasure): Promise<Subject[]> {
    const had = {
      files: await transaction.select().from(files).where(eq(files.tenantId, id)),
      models: await transaction.select().from(models).where(eq(models.tenantId, id)),
      jobs: await transaction.select().from(jobs).where(eq(jobs.tenantId, id)),
    };
    const deleted = await transaction.delete(tenants).where(eq(tenants.id, id)).returning();
    if (deleted.length === 0) return [];
    return [
      ...idSubject('tenant', id),
      ...had.files.flatMap(fileSubject),
      ...had.models.flatMap(modelSubject),
      ...had.jobs.flatMap(jobSubjects),
    ];
  }

  private async spaces(tenantId: string): Promise<string[]> {
    const spaces = await this.database.sql
      .selectDistinct({ space: artifactReferences.space })
      .from(artifactReferences)
      .where(eq(artifactReferences.tenantId, tenantId))
      .orderBy(artifactReferences.space);
    return spaces.map(({ space }) => space);
  }
}
