// A job as the database has it, with where each stage stands.

import { and, asc, eq, isNull, type SQL } from 'drizzle-orm';
import type { StageName } from '#contracts/stages.js';
import { jobs, jobStages } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { JobRow, StageRow } from '../database/tenant-records.js';

export interface JobRecord {
  readonly job: JobRow;
  /** In the order they run. */
  readonly stages: readonly StageRow[];
}

/** @throws Error for a stage that a job of its method does not have. */
export function stageOf({ stages }: Pick<JobRecord, 'stages'>, name: StageName): StageRow {
  const found = stages.find(({ stage }) => stage === name);
  if (!found)
    throw new Error(
      `expected a stage ${name}, the job has ${stages.map(({ stage }) => stage).join(', ')}`,
    );
  return found;
}

/** Place of the first stage that has not succeeded, or of none. */
export function firstUnfinished({ stages }: JobRecord): number {
  const index = stages.findIndex(({ status }) => status !== 'succeeded');
  return index < 0 ? stages.length : index;
}

/**
 * Reads jobs of any tenant, in one statement, without those that were deleted.
 * @param lock holds them until the transaction ends.
 */
export async function readJobs(
  database: Sql,
  condition: SQL,
  lock: 'locked' | 'unlocked' = 'unlocked',
): Promise<JobRecord[]> {
  const query = database
    .select({ job: jobs, stage: jobStages })
    .from(jobs)
    .innerJoin(jobStages, eq(jobStages.jobId, jobs.id))
    .where(and(condition, isNull(jobs.deletedAt)))
    .orderBy(asc(jobs.seq), asc(jobStages.position));
  const rows = await (lock === 'locked' ? query.for('update') : query);
  const records = new Map<string, { job: JobRow; stages: StageRow[] }>();
  for (const { job, stage } of rows) {
    const record = records.get(job.id) ?? { job, stages: [] };
    records.set(job.id, record);
    record.stages.push(stage);
  }
  return [...records.values()];
}
