// Makes a job's adapter a model and its reports the job's, in one transaction. Done twice it
// changes nothing.

import { Injectable } from '@nestjs/common';
import { jobSpace, modelSpace } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { tunedModelId } from '../models/models.service.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';
import { stageId } from './flow-stage.js';
import type { JobLedger } from './job-ledger.js';
import { JobQueue } from './job-queue.js';
import { firstUnfinished } from './job-record.js';

@Injectable()
export class Publisher {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly artifacts: ArtifactStore,
    private readonly keeper: SpaceKeeper,
    private readonly queue: JobQueue,
  ) {}

  /**
   * @param ledger that the end is written into.
   * @throws MissingInputError where there is nothing to publish, or nobody to publish it for.
   */
  async publish(tenantId: string, jobId: string, ledger: JobLedger): Promise<void> {
    const record = await ledger.find(stageId(jobId, 'publish'));
    const tenant = await this.tenants.find(tenantId);
    if (!record || !tenant) throw new MissingInputError('the job or its tenant was deleted');
    const { job } = record;
    const space = this.artifacts.scope(tenantId).space(jobSpace(jobId));
    // The stages before are over, even where their events are still on their way.
    const before = await this.queue.states(job, firstUnfinished(record));
    await ledger.apply(record, [
      ...before.filter(({ stage }) => stage !== 'publish'),
      { stage: 'publish', state: 'active' },
    ]);
    const adapter = await space.getRef('adapter');
    if (!adapter) throw new MissingInputError('training left no adapter');
    const model = tunedModelId(job.base, tenant.name, job.request.suffix, jobId);
    await ledger.succeed(job, {
      model,
      base: job.base,
      adapter,
      storedBytes: await this.keeper.bytes(tenantId, modelSpace(jobId)),
      before: await space.getRef('before'),
      after: await space.getRef('after'),
    });
  }
}
