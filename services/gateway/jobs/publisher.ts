// Makes a job's adapter, where it trained one, a model and its reports the job's, in one
// transaction. Done twice it changes nothing.

import { Inject, Injectable } from '@nestjs/common';
import { knowledgeManifestSchema } from '#contracts/knowledge-report.js';
import type { Unlearn } from '#contracts/methods/unlearn.js';
import { jobSpace, modelSpace } from '#contracts/spaces.js';
import {
  type ArtifactSpace,
  ArtifactStore,
  type Hash,
} from '#platform/artifacts/artifact-store.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { JobData } from '../database/schema.js';
import { tunedModelName } from '../models/model-name.js';
import { ReceiptLog } from '../receipts/receipt-log.js';
import { openName } from '../tenants/tenant-name.js';
import { TenantsRepository } from '../tenants/tenants.repository.js';
import { readEvidence } from './evidence.js';
import { stageId } from './flow-stage.js';
import type { AlsoDone, JobLedger, NewModel } from './job-ledger.js';
import { JobQueue } from './job-queue.js';
import { firstUnfinished } from './job-record.js';
import { openRequest } from './job-words.js';
import { unlearningEntry } from './unlearning-entry.js';

@Injectable()
export class Publisher {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly artifacts: ArtifactStore,
    private readonly keeper: SpaceKeeper,
    private readonly queue: JobQueue,
    private readonly receipts: ReceiptLog,
    @Inject(LOGGER) private readonly log: Logger,
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
    const { suffix, method } = openRequest(await space.textKey(), job);
    const reports = { before: await space.getRef('before'), after: await space.getRef('after') };
    if (!record.stages.some(({ stage }) => stage === 'train')) {
      await ledger.succeed(job, reports);
      return;
    }
    const adapter = await space.getRef('adapter');
    if (!adapter) throw new MissingInputError('training left no adapter');
    const owner = await openName(this.artifacts.scope(tenantId), tenant, this.log);
    const model = {
      name: tunedModelName(job.base, owner ?? tenantId, suffix, jobId),
      base: job.base,
      adapter,
      ...(job.data.knowledge ? await groundedBy(space, job.data.knowledge) : {}),
      storedBytes: await this.keeper.bytes(tenantId, modelSpace(jobId)),
    };
    const receipt =
      method.type === 'unlearn' ? await this.receiptOf(method, space, adapter) : undefined;
    await ledger.succeed(job, { ...reports, model }, receipt);
  }

  /** It comes with the end of the job. */
  private async receiptOf(method: Unlearn, space: ArtifactSpace, adapter: Hash): Promise<AlsoDone> {
    const evidence = await readEvidence(space, adapter);
    return async ({ transaction, records }, job) => {
      const entry = await unlearningEntry(records, job, method, evidence);
      await this.receipts.append(transaction, job.tenantId, entry);
    };
  }
}

/** The base that answers are from, and the settings that its evaluation chose. */
async function groundedBy(
  space: ArtifactSpace,
  { id: knowledgeBaseId }: NonNullable<JobData['knowledge']>,
): Promise<Pick<NewModel, 'knowledgeBaseId' | 'grounding'>> {
  const hash = await space.getRef('knowledge');
  if (!hash) return { knowledgeBaseId };
  const { settings } = knowledgeManifestSchema.parse(await space.getJson(hash));
  return { knowledgeBaseId, grounding: settings };
}
