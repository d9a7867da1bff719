// What clients do with jobs.

import { Inject, Injectable } from '@nestjs/common';
import { eq, inArray } from 'drizzle-orm';
import { first } from '#collections/items.js';
import type { JobRequest } from '#contracts/job-request.js';
import { jobSpace } from '#contracts/spaces.js';
import type { TextKey } from '#platform/artifacts/keys/text-key.js';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { NewSpaces } from '../artifacts/new-spaces.js';
import { jobs, jobStages } from '../database/schema.js';
import type { JobRow, TenantRecords } from '../database/tenant-records.js';
import type { PageQuery } from '../database/tenant-table.js';
import { Eraser } from '../erasure/eraser.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import { type List, toList } from '../http/page.js';
import { currentTrace } from '../http/trace-id.js';
import { ModelsService } from '../models/models.service.js';
import type { Scope } from '../tenants/scope.js';
import { findRepeated, type Idempotency, idempotencyOf } from './idempotency.js';
import { JobAdmission } from './job-admission.js';
import { JobChecks } from './job-checks.js';
import { eventOf } from './job-event.js';
import { flowStages } from './job-flow.js';
import { JobLedger } from './job-ledger.js';
import { type JobObject, toJob } from './job-object.js';
import { JobQueue } from './job-queue.js';
import { holdSpaces } from './job-spaces.js';
import { sealRequest, tellJobs, type ToldJob } from './job-words.js';
import { References } from './references.js';

type NewJob = Idempotency &
  Omit<Parameters<Scope['records']['jobs']['insert']>[0], 'status' | 'request' | 'words'>;

@Injectable()
export class JobsService {
  constructor(
    private readonly spaces: NewSpaces,
    private readonly models: ModelsService,
    private readonly references: References,
    private readonly checks: JobChecks,
    private readonly admission: JobAdmission,
    private readonly ledger: JobLedger,
    private readonly queue: JobQueue,
    private readonly eraser: Eraser,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * @param key a request repeated with the same Idempotency-Key gets the job of the first.
   * @throws ApiError 409 where the key came with another request
   */
  async create(scope: Scope, request: JobRequest, key: string | undefined): Promise<JobObject> {
    const idempotency = await idempotencyOf(scope, jobs, key, request);
    const earlier = await findRepeated(scope.records.jobs, jobs, idempotency);
    if (earlier) return this.toObject(scope, earlier);
    const asked = await this.models.resolveKnown(scope, request.model);
    const { model } = asked;
    const others = await this.references.resolve(scope, request, model);
    const data = await this.checks.check(scope, request, asked, others);
    await this.queue.check();
    const values = {
      id: newId('ftjob-'),
      base: model.base,
      adapter: model.adapter?.hash ?? null,
      adapterSpace: model.adapter?.space ?? null,
      data,
      traceId: currentTrace(),
      ...idempotency,
    };
    const job = await this.record(scope, request, values);
    if (!job) {
      const repeated = await findRepeated(scope.records.jobs, jobs, idempotency);
      if (!repeated) throw new Error('the job that had the idempotency key is gone');
      return this.toObject(scope, repeated);
    }
    this.log.info({ jobId: job.id }, 'a job was created');
    if (!job.flowOpen) return this.toObject(scope, job);
    return this.toObject(scope, (await this.enqueue(job)) ?? (await this.find(scope, job.id)));
  }

  /**
   * Whether the queues have a flow whose call failed nobody knows: it may run already. The record
   * stays, and whoever compares it with the queues adds what is missing.
   */
  private async enqueue(job: JobRow): Promise<JobRow | undefined> {
    try {
      await this.queue.add(job);
    } catch (err) {
      if (!QueueUnavailableError.isInstance(err)) throw err;
      this.log.warn({ err, jobId: job.id }, 'a job waits for the queues');
      return undefined;
    }
    return this.ledger.queued(job);
  }

  async find(scope: Scope, id: string): Promise<JobRow> {
    const job = await scope.records.jobs.find(id);
    if (!job) throw jobNotFound(id);
    return job;
  }

  async told(scope: Scope, id: string): Promise<ToldJob> {
    return first(await tellJobs(scope.artifacts, [await this.find(scope, id)], this.log));
  }

  async get(scope: Scope, id: string): Promise<JobObject> {
    return this.toObject(scope, await this.find(scope, id));
  }

  async list(scope: Scope, query: PageQuery): Promise<List<JobObject>> {
    const page = await scope.records.jobs.page(query);
    const ids = page?.rows.map((row) => row.id) ?? [];
    const stages =
      ids.length > 0 ? await scope.records.stages.select(inArray(jobStages.jobId, ids)) : [];
    const rows = await tellJobs(scope.artifacts, page?.rows ?? [], this.log);
    return toList(page && { ...page, rows }, (row) =>
      toJob(
        row,
        stages.filter((stage) => stage.jobId === row.id),
      ),
    );
  }

  /** The cancel is certain once recorded; queues that cannot be reached now hear of it later. */
  async cancel(scope: Scope, id: string): Promise<JobObject> {
    const job = await this.find(scope, id);
    const cancelled = await this.ledger.cancel(job);
    if (!cancelled)
      throw ApiError.invalid(
        `The job has already ended: its status is '${(await this.find(scope, id)).status}'.`,
        null,
        'job_ended',
      );
    await this.stop(cancelled);
    return this.get(scope, id);
  }

  /** An open job is cancelled first. All it has left is erased; its model is its own. */
  async remove(scope: Scope, id: string): Promise<void> {
    await this.ledger.cancel(await this.find(scope, id));
    const erasure = await scope.records.transaction(async (records) => {
      const tombstone = { deletedAt: new Date(), idempotencyKey: null };
      if (!(await records.jobs.update(id, tombstone))) throw jobNotFound(id);
      return records.erase('job', id);
    });
    await this.eraser.run(erasure);
  }

  private async stop(job: JobRow): Promise<void> {
    try {
      await this.queue.cancel(job);
      await this.ledger.closeFlow(job);
      await this.admission.admit(job.tenantId);
    } catch (error) {
      this.log.warn({ jobId: job.id, err: error }, 'the queues have not heard of a cancel yet');
    }
  }

  /** @returns undefined where another request has made it meanwhile. */
  private record(scope: Scope, request: JobRequest, values: NewJob): Promise<JobRow | undefined> {
    return this.spaces.record(scope, jobSpace(values.id), 'job', (records, key) =>
      this.insert(scope, records, key, { ...values, ...sealRequest(key, values.id, request) }),
    );
  }

  private async insert(
    scope: Scope,
    records: TenantRecords,
    key: TextKey,
    values: NewJob & Pick<JobRow, 'request' | 'words'>,
  ): Promise<JobRow | undefined> {
    // What was made meanwhile needs no room of its own.
    if (await findRepeated(records.jobs, jobs, values)) return undefined;
    const waits = (await this.admission.place(records, scope.quotas)) === 'waits';
    const status = waits ? 'queued' : 'validating_files';
    const job = await records.jobs.insert({ ...values, status, flowOpen: !waits });
    if (!job) return undefined;
    await holdSpaces(records, job);
    await records.stages.insertAll(
      flowStages(job).map(({ id, stage, position }) => ({ id, jobId: job.id, stage, position })),
    );
    const created = { key: 'created', message: `Created fine-tuning job: ${job.id}` };
    const seal = (text: string, place: string) => key.seal(text, place);
    const notes = waits ? [created, waiting] : [created];
    const events = await Promise.all(notes.map((note) => eventOf(job.id, note, seal)));
    await records.events.insertAll(events);
    return job;
  }

  private async toObject(scope: Scope, job: JobRow): Promise<JobObject> {
    const told = first(await tellJobs(scope.artifacts, [job], this.log));
    return toJob(told, await scope.records.stages.select(eq(jobStages.jobId, job.id)));
  }
}

const waiting = {
  key: 'queued',
  message: 'Files are valid; the job is queued behind others of yours.',
};

const jobNotFound = (id: string): ApiError =>
  ApiError.notFound('fine-tuning job', id, null, 'job_not_found');
