// The one place where a job's state changes. Updates are conditional and events keyed, so that what
// arrives twice, late or at several gateways counts once. Each change locks the job's row first: a
// job's events are numbered in the order they commit.
import { Injectable } from '@nestjs/common';
import { and, eq, inArray, lt, or, type SQL } from 'drizzle-orm';
import type { Progress } from '#contracts/jobs.js';
import type { StageName } from '#contracts/stages.js';
import { Database } from '../database/database.js';
import { type JobError, jobEvents, jobs, jobStages, openStatuses } from '../database/schema.js';
import {
  type EventRow,
  type JobRow,
  type StageRow,
  TenantRecords,
} from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import type { StageOutcome } from './stage-outcome.js';

/** Which stage of which job of which tenant. */
export type StagePlace = Pick<StageRow, 'tenantId' | 'jobId' | 'stage' | 'id'>;

export interface Published {
  model: string;
  base: string;
  adapter: string;
  before: string | null;
  after: string | null;
}

type Note = Pick<EventRow, 'key' | 'message'> & Partial<Pick<EventRow, 'level' | 'type' | 'data'>>;

const unfinished: SQL = inArray(jobStages.status, ['pending', 'running']);
const open: SQL = inArray(jobs.status, openStatuses);

@Injectable()
export class JobLedger {
  constructor(private readonly database: Database) {}

  /** Events of the queues carry ids alone, so this one look-up is not a tenant's. */
  async place(id: string): Promise<StageRow | undefined> {
    return (await this.database.sql.select().from(jobStages).where(eq(jobStages.id, id)))[0];
  }

  /** Jobs of any tenant whose flow still has to be watched or cancelled. */
  watched(): Promise<JobRow[]> {
    return this.database.sql.select().from(jobs).where(eq(jobs.flowOpen, true));
  }

  queued(job: JobRow): Promise<JobRow | undefined> {
    return this.change(job, async (records) => {
      const changed = await records.jobs.update(
        job.id,
        { status: 'queued' },
        eq(jobs.status, 'validating_files'),
      );
      if (changed)
        await note(records, job.id, {
          key: 'queued',
          message: 'Files are valid; the job is queued.',
        });
      return changed;
    });
  }

  started(place: StagePlace): Promise<void> {
    return this.changeOpen(place, (records) => start(records, place));
  }

  /** Kept at most once a percent: a long training would fill the history otherwise. */
  progressed(place: StagePlace, progress: Progress): Promise<void> {
    return this.changeOpen(place, async (records) => {
      await start(records, place);
      const { done, total, metrics } = progress;
      const changed = await records.stages.update(
        place.id,
        { done, total, metrics: metrics ?? null },
        and(unfinished, or(lt(jobStages.done, done), eq(jobStages.total, 0))),
      );
      if (!changed) return;
      const percent = Math.floor((100 * done) / total);
      await note(records, place.jobId, {
        key: `progress:${place.stage}:${percent}`,
        type: 'metrics',
        message: `${place.stage}: ${done} of ${total}`,
        data: { stage: place.stage, done, total, ...(metrics ? { metrics } : {}) },
      });
    });
  }

  completed(place: StagePlace, { trained, metrics, warning }: StageOutcome = {}): Promise<void> {
    return this.changeOpen(place, async (records) => {
      await start(records, place);
      if (metrics) await records.stages.update(place.id, { metrics }, unfinished);
      if (warning)
        await note(records, place.jobId, {
          key: `warning:${place.stage}`,
          level: 'warn',
          message: warning,
          data: { stage: place.stage },
        });
      await finish(records, place);
      if (trained)
        await records.jobs.update(place.jobId, {
          trainedTokens: trained.tokens ?? null,
          trainedSteps: trained.steps ?? null,
        });
    });
  }

  /** @returns false where the job had ended before, in whatever way. */
  succeed(job: JobRow, published: Published): Promise<boolean> {
    return this.change(job, async (records) => {
      const { model, base, adapter, before, after } = published;
      const end = {
        status: 'succeeded' as const,
        fineTunedModel: model,
        before,
        after,
        finishedAt: new Date(),
        flowOpen: false,
      };
      if (!(await records.jobs.update(job.id, end, open))) return false;
      for (const stage of await stagesOf(records, job.id)) await finish(records, stage);
      await records.models.insert({ id: model, base, adapter, jobId: job.id });
      await note(records, job.id, {
        key: 'model',
        message: `New fine-tuned model created: ${model}`,
      });
      await note(records, job.id, {
        key: 'ended',
        message: 'The job has succeeded.',
        data: { status: 'succeeded' },
      });
      return true;
    });
  }

  fail(job: JobRow, stage: StageName, error: JobError): Promise<void> {
    return this.change(job, async (records) => {
      const end = { status: 'failed' as const, error, finishedAt: new Date(), flowOpen: false };
      if (!(await records.jobs.update(job.id, end, open))) return;
      await records.stages.update(
        `${job.id}-${stage}`,
        { status: 'failed', finishedAt: new Date() },
        unfinished,
      );
      await note(records, job.id, {
        key: 'ended',
        level: 'error',
        message: error.message,
        data: { status: 'failed', stage },
      });
    });
  }

  /**
   * The flow stays open until the queues have heard of it.
   * @returns undefined where the job had ended before.
   */
  cancel(job: JobRow): Promise<JobRow | undefined> {
    return this.change(job, async (records) => {
      const cancelled = await records.jobs.update(
        job.id,
        { status: 'cancelled', finishedAt: new Date() },
        open,
      );
      if (cancelled)
        await note(records, job.id, {
          key: 'ended',
          level: 'warn',
          message: 'The job was cancelled.',
          data: { status: 'cancelled' },
        });
      return cancelled;
    });
  }

  async closeFlow(job: JobRow): Promise<void> {
    await this.change(job, (records) => records.jobs.update(job.id, { flowOpen: false }));
  }

  private change<T>(
    { tenantId, id }: JobRow,
    work: (records: TenantRecords) => Promise<T>,
  ): Promise<T> {
    return this.locked(tenantId, id, work);
  }

  /**
   * What a stage still has to say after its job's end is of no interest: the end is the last event.
   */
  private changeOpen(
    { tenantId, jobId }: StagePlace,
    work: (records: TenantRecords) => Promise<void>,
  ): Promise<void> {
    return this.locked(tenantId, jobId, async (records, job) => {
      if (job && openStatuses.includes(job.status)) await work(records);
    });
  }

  private locked<T>(
    tenantId: string,
    jobId: string,
    work: (records: TenantRecords, job: JobRow | undefined) => Promise<T>,
  ): Promise<T> {
    return new TenantRecords(this.database.sql, tenantId).transaction(async (records) =>
      work(records, await records.jobs.lock(jobId)),
    );
  }
}

const stagesOf = async (records: TenantRecords, jobId: string): Promise<StageRow[]> =>
  (await records.stages.select(eq(jobStages.jobId, jobId))).toSorted(
    (a, b) => a.position - b.position,
  );

async function start(records: TenantRecords, place: StagePlace): Promise<void> {
  const started = await records.stages.update(
    place.id,
    { status: 'running', startedAt: new Date() },
    eq(jobStages.status, 'pending'),
  );
  if (!started) return;
  if (
    await records.jobs.update(
      place.jobId,
      { status: 'running' },
      inArray(jobs.status, ['validating_files', 'queued']),
    )
  ) {
    await note(records, place.jobId, { key: 'running', message: 'The job is running.' });
  }
  await note(records, place.jobId, {
    key: `started:${place.stage}`,
    message: `${place.stage} has started.`,
    data: { stage: place.stage },
  });
}

async function finish(records: TenantRecords, place: StagePlace): Promise<void> {
  const finished = await records.stages.update(
    place.id,
    { status: 'succeeded', finishedAt: new Date() },
    unfinished,
  );
  if (!finished) return;
  const total = Math.max(finished.total, 1);
  await records.stages.update(place.id, { done: total, total });
  await note(records, place.jobId, {
    key: `completed:${place.stage}`,
    message: `${place.stage} is done.`,
    data: { stage: place.stage },
  });
}

async function note(records: TenantRecords, jobId: string, event: Note): Promise<void> {
  await records.events.insert({
    id: newId('ftevent-'),
    jobId,
    level: 'info',
    type: 'message',
    ...event,
  });
}

export const eventsOf = (jobId: string): SQL => eq(jobEvents.jobId, jobId);
