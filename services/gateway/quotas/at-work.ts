// What of a tenant's is at work, and what waits for that: jobs and evaluation runs.

import { and, eq, inArray } from 'drizzle-orm';
import { evaluationRuns as runs, jobs, openStatuses } from '../database/schema.js';
import type { TenantRecords } from '../database/tenant-records.js';

/** Jobs that are not in the queues yet. */
export const isWaiting = and(eq(jobs.status, 'queued'), eq(jobs.flowOpen, false));
export const isRunning = and(inArray(jobs.status, openStatuses), eq(jobs.flowOpen, true));

export async function countAtWork(
  records: TenantRecords,
): Promise<{ running: number; waiting: number }> {
  return {
    running:
      (await records.jobs.count(isRunning)) +
      (await records.runs.count(eq(runs.status, 'running'))),
    waiting:
      (await records.jobs.count(isWaiting)) + (await records.runs.count(eq(runs.status, 'queued'))),
  };
}
