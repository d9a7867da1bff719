// One change of one job: a transaction that holds the job's row, and the events that tell of it.
// Events are numbered in the order their changes commit, as each holds the row until then.

import { eq, sql } from 'drizzle-orm';
import type { StageName } from '#contracts/stages.js';
import { Failure } from '#failure/failure.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { jobStages, openStatuses } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { type JobRow, type StageRow, TenantRecords } from '../database/tenant-records.js';
import { usageOfJob } from '../usage/usage-of-job.js';
import { eventOf, type Note } from './job-event.js';
import { type JobRecord, stageOf } from './job-record.js';
import { releaseSpaces } from './job-spaces.js';

/** What is kept of a text whose key is gone or damaged, so that the rest of the record can go on. */
const NOTHING = '' as SealedText;

/** Notifications of it carry the id of a job whose history has grown. */
export const historyChannel = 'job_history';

export class JobChange {
  readonly records: TenantRecords;
  /** The row of a job that ends by it. */
  ended: JobRow | undefined;
  private readonly notes: Note[] = [];

  constructor(
    readonly transaction: Sql,
    private readonly record: JobRecord,
    /** Of the job. */
    private readonly space: ArtifactSpace,
  ) {
    this.records = new TenantRecords(transaction, record.job.tenantId);
  }

  get stages(): readonly StageRow[] {
    return this.record.stages;
  }

  /** What a stage still has to say after its job's end is of no interest: the end is the last event. */
  get isOpen(): boolean {
    return openStatuses.includes(this.record.job.status);
  }

  get status(): JobRow['status'] {
    return this.record.job.status;
  }

  /** @returns the row as it is now. */
  async update(values: Partial<JobRow>): Promise<JobRow> {
    const { id } = this.record.job;
    const row = await this.records.jobs.update(id, values);
    if (!row) throw new Error(`the job ${id} is gone, though its row is held`);
    if (values.status && !openStatuses.includes(values.status)) {
      await this.end(row);
      this.ended = row;
    }
    return row;
  }

  private async end(job: JobRow): Promise<void> {
    await releaseSpaces(this.records, job.id);
    const stages = await this.records.stages.select(eq(jobStages.jobId, job.id));
    await this.records.use(usageOfJob(job, stages));
  }

  async updateStage(stage: StageName, values: Partial<StageRow>): Promise<void> {
    await this.records.stages.update(stageOf(this.record, stage).id, values);
  }

  /** @param place where the job's record keeps it. */
  async seal(text: string, place: string): Promise<SealedText> {
    try {
      return (await this.space.textKey()).seal(text, place);
    } catch (error) {
      if (Failure.isInstance(error) && error.permanent) return NOTHING;
      throw error;
    }
  }

  note(...notes: readonly Note[]): void {
    this.notes.push(...notes);
  }

  /** Stores what was noted, and wakes those who follow the job once the transaction commits. */
  async tell(): Promise<void> {
    if (this.notes.length === 0) return;
    const jobId = this.record.job.id;
    const seal = (text: string, place: string) => this.seal(text, place);
    const rows = await Promise.all(this.notes.map((note) => eventOf(jobId, note, seal)));
    await this.records.events.insertAll(rows);
    await this.transaction.execute(sql`SELECT pg_notify(${historyChannel}, ${jobId})`);
  }
}
