// Writes what a flow's stages say of themselves into the job's history, in the order of the stages.
import { Injectable } from '@nestjs/common';
import { progressSchema } from '#contracts/jobs.js';
import type { JobRow } from '../database/tenant-records.js';
import { JobLedger } from './job-ledger.js';
import type { StageState } from './job-queue.js';
import { outcomeOf } from './stage-outcome.js';

@Injectable()
export class FlowFollower {
  constructor(private readonly ledger: JobLedger) {}

  /** @returns the first stage that failed: those behind it fail with it, and it has the reason. */
  async follow(job: JobRow, stages: StageState[]): Promise<StageState | undefined> {
    for (const one of stages) {
      if (one.state === 'failed') return one;
      await this.record(job, one);
    }
    return undefined;
  }

  private async record(
    { tenantId, id: jobId }: JobRow,
    { id, stage, state, progress, result }: StageState,
  ): Promise<void> {
    const place = { tenantId, jobId, id, stage };
    const told = progressSchema.safeParse(progress);
    if (told.success) await this.ledger.progressed(place, told.data);
    if (state === 'active') await this.ledger.started(place);
    if (state === 'completed') await this.ledger.completed(place, outcomeOf(stage, result));
  }
}
