// Makes a job's adapter a model and its reports the job's, in one transaction. Done twice it
// changes nothing.
import { Injectable } from '@nestjs/common';
import { stageRef } from '#contracts/jobs.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { tunedModelId } from '../models/models.service.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';
import { FlowFollower } from './flow-follower.js';
import { stageId } from './flow-stage.js';
import { JobLedger } from './job-ledger.js';
import { JobQueue } from './job-queue.js';

@Injectable()
export class Publisher {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly ledger: JobLedger,
    private readonly artifacts: ArtifactStore,
    private readonly queue: JobQueue,
    private readonly follower: FlowFollower,
  ) {}

  /**
   * @returns the model's name.
   * @throws MissingInputError where there is nothing to publish, or nobody to publish it for.
   */
  async publish(tenantId: string, jobId: string): Promise<string> {
    const job = await new TenantRecords(this.database.sql, tenantId).jobs.find(jobId);
    const tenant = await this.tenants.find(tenantId);
    if (!job || !tenant) throw new MissingInputError('the job or its tenant was deleted');
    const store = this.artifacts.scope(tenantId);
    // The stages before are over, even where their events are still on their way.
    await this.follower.follow(job, (await this.queue.states(job)).slice(0, -1));
    await this.ledger.started({ tenantId, jobId, id: stageId(jobId, 'publish'), stage: 'publish' });
    const adapter = await store.getRef(stageRef(jobId, 'adapter'));
    if (!adapter) throw new MissingInputError('training left no adapter');
    const model = tunedModelId(job.base, tenant.name, job.request.suffix, jobId);
    await this.ledger.succeed(job, {
      model,
      base: job.base,
      adapter,
      before: await store.getRef(stageRef(jobId, 'before')),
      after: await store.getRef(stageRef(jobId, 'after')),
    });
    return model;
  }
}
