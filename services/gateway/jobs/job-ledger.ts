// The one place where a job's state changes. A change holds the job's row and writes only what
// differs from the record, so that what arrives twice, late or at several gateways counts once.

import { Injectable } from '@nestjs/common';
import { eq, inArray, type SQL } from 'drizzle-orm';
import type { GroundingSettings } from '#contracts/grounding.js';
import { jobSpace, modelSpace } from '#contracts/spaces.js';
import type { StageName } from '#contracts/stages.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { Database } from '../database/database.js';
import type { Lease } from '../database/lease.js';
import { type JobError, jobEvents, jobs, jobStages } from '../database/schema.js';
import type { JobRow } from '../database/tenant-records.js';
import { modelNamePlace } from '../models/model-name.js';
import { JobChange } from './job-change.js';
import type { StageState } from './job-queue.js';
import { type JobRecord, readJobs, stageOf } from './job-record.js';
import { giveModel } from './job-spaces.js';
import { noteJob } from './job-span.js';
import { errorPlace, fineTunedModelPlace } from './job-words.js';
import { advance } from './stage-progress.js';

export interface NewModel {
  readonly name: string;
  readonly base: string;
  readonly adapter: string;
  /** In the store. */
  readonly storedBytes: number;
  /** That its answers are made from, and how. */
  readonly knowledgeBaseId?: string;
  readonly grounding?: GroundingSettings;
}

export interface Published {
  /** None of a job that trained none. */
  readonly model?: NewModel;
  readonly before: string | null;
  readonly after: string | null;
}

export type EndedJob = JobRow & { readonly finishedAt: Date };
export type AlsoDone = (change: JobChange, job: EndedJob) => Promise<void>;

@Injectable()
export class JobLedger {
  private lease: Lease | undefined;

  constructor(
    private readonly database: Database,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** The same ledger, whose changes reject with LeaseLostError where the lease is not held. */
  under(lease: Lease): JobLedger {
    const ledger = new JobLedger(this.database, this.artifacts);
    ledger.lease = lease;
    return ledger;
  }

  /** Events of the queues carry a stage's id alone, so this look-up is not a tenant's. */
  async find(stageId: string): Promise<JobRecord | undefined> {
    const ofStage = this.database.sql
      .select({ id: jobStages.jobId })
      .from(jobStages)
      .where(eq(jobStages.id, stageId));
    return (await readJobs(this.database.sql, inArray(jobs.id, ofStage)))[0];
  }

  /** Jobs of any tenant whose flow still has to be watched or cancelled. */
  watched(): Promise<JobRecord[]> {
    return readJobs(this.database.sql, eq(jobs.flowOpen, true));
  }

  queued(job: JobRow): Promise<JobRow | undefined> {
    return this.change(job, async (change) => {
      if (change.status !== 'validating_files') return undefined;
      change.note({ key: 'queued', message: 'Files are valid; the job is queued.' });
      return change.update({ status: 'queued' });
    });
  }

  /**
   * Writes what stages say of themselves where it differs from the record.
   * @param states in the order of the stages.
   * @returns the first that failed: those behind it fail with it, and it has the reason.
   */
  async apply(record: JobRecord, states: readonly StageState[]): Promise<StageState | undefined> {
    const failed = states.find(({ state }) => state === 'failed');
    const sound = failed ? states.slice(0, states.indexOf(failed)) : states;
    if (sound.some((state) => advanceOf(record, state)))
      await this.changeOpen(record.job, (change) => applyStates(change, sound));
    return failed;
  }

  /**
   * @param also is done with it, or neither is.
   * @returns false where the job had ended before, in whatever way.
   */
  async succeed(job: JobRow, published: Published, also?: AlsoDone): Promise<boolean> {
    const { model, before, after } = published;
    const succeeded = await this.changeOpen(job, async (change) => {
      const all = change.stages.map(({ stage }) => ({ stage, state: 'completed' as const }));
      await applyStates(change, all);
      const fineTunedModel = model ? await this.addModel(change, job, model) : null;
      change.note({
        key: 'ended',
        message: 'The job has succeeded.',
        data: { status: 'succeeded' },
      });
      const finishedAt = new Date();
      const end = { status: 'succeeded', finishedAt, flowOpen: false } as const;
      const ended = await change.update({ ...end, fineTunedModel, before, after });
      await also?.(change, { ...ended, finishedAt });
      return ended;
    });
    return succeeded !== undefined;
  }

  /** @returns its name, sealed for the job's record. */
  private async addModel(
    change: JobChange,
    job: JobRow,
    { name, ...model }: NewModel,
  ): Promise<SealedText> {
    change.note({ key: 'model', message: `New fine-tuned model created: ${name}` });
    const id = modelSpace(job.id);
    const sealed = (await this.spaceOf(job, id).textKey()).seal(name, modelNamePlace(id));
    await change.records.models.insert({ ...model, id, name: sealed, jobId: job.id });
    await giveModel(change.records, job.id);
    return change.seal(name, fineTunedModelPlace(job.id));
  }

  async fail(job: JobRow, stage: StageName, error: JobError<string>): Promise<void> {
    await this.changeOpen(job, async (change) => {
      const finishedAt = new Date();
      change.note({
        key: 'ended',
        level: 'error',
        message: error.message,
        data: { status: 'failed', stage },
      });
      await change.updateStage(stage, { status: 'failed', finishedAt });
      const message = await change.seal(error.message, errorPlace(job.id));
      const end = { status: 'failed', finishedAt, flowOpen: false } as const;
      await change.update({ ...end, error: { ...error, message } });
    });
  }

  /**
   * The flow stays open until the queues have heard of it.
   * @returns undefined where the job had ended before.
   */
  cancel(job: JobRow): Promise<JobRow | undefined> {
    return this.changeOpen(job, (change) => {
      change.note({
        key: 'ended',
        level: 'warn',
        message: 'The job was cancelled.',
        data: { status: 'cancelled' },
      });
      return change.update({ status: 'cancelled', finishedAt: new Date() });
    });
  }

  async closeFlow(job: JobRow): Promise<void> {
    await this.change(job, (change) => change.update({ flowOpen: false }));
  }

  private spaceOf({ tenantId }: JobRow, space: string): ArtifactSpace {
    return this.artifacts.scope(tenantId).space(space);
  }

  private changeOpen<T>(
    job: JobRow,
    work: (change: JobChange) => Promise<T>,
  ): Promise<T | undefined> {
    return this.change(job, async (change) => (change.isOpen ? work(change) : undefined));
  }

  /** @returns undefined where the job was deleted. */
  private async change<T>(
    { id }: JobRow,
    work: (change: JobChange) => Promise<T>,
  ): Promise<T | undefined> {
    let ended: JobRow | undefined;
    const result = await this.database.sql.transaction(async (transaction) => {
      const [record] = await readJobs(transaction, eq(jobs.id, id), 'locked');
      if (!record) return undefined;
      await this.lease?.check(transaction);
      const change = new JobChange(transaction, record, this.spaceOf(record.job, jobSpace(id)));
      const changed = await work(change);
      await change.tell();
      ended = change.ended;
      return changed;
    });
    if (ended) noteJob(ended);
    return result;
  }
}

const advanceOf = (record: Pick<JobRecord, 'stages'>, state: StageState) =>
  advance(stageOf(record, state.stage), state);

async function applyStates(change: JobChange, states: readonly StageState[]): Promise<void> {
  const values: Partial<JobRow> = {};
  for (const state of states) {
    const advanced = advanceOf(change, state);
    if (!advanced) continue;
    if (change.status !== 'running' && values.status === undefined) {
      values.status = 'running';
      change.note({ key: 'running', message: 'The job is running.' });
    }
    change.note(...advanced.notes);
    await change.updateStage(state.stage, advanced.values);
    Object.assign(values, advanced.job);
  }
  if (Object.keys(values).length > 0) await change.update(values);
}

export const eventsOf = (jobId: string): SQL => eq(jobEvents.jobId, jobId);
