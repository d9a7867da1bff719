// Queue `audit-ahead`: what a job's audit asks of the models that are there already, begun while the
// job trains.

import { Injectable } from '@nestjs/common';
import type { Payload } from '#contracts/jobs.js';
import { changeOf, probesOf } from '#contracts/probes.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { AuditShards } from './audit-shards.js';
import { type Cast, planParts } from './plan.js';
import { Relearning } from './relearning.js';

@Injectable()
export class AuditAheadProcessor implements JobHandler<'audit-ahead'> {
  constructor(
    private readonly shards: AuditShards,
    private readonly relearning: Relearning,
  ) {}

  /** Repeatable. The audit's plan, of which the shards are left out that wait for a training. */
  async handle(payload: Payload<'audit-ahead'>, context: JobContext): Promise<void> {
    const { auditId, tier, model, reference } = payload;
    // The unlearned one has its place in the plan, whatever it will be.
    const cast: Cast = { after: model, before: model, reference: reference?.model };
    const asked = probesOf(tier, payload.probes);
    const trainings = await this.relearning.trainings(payload, asked, cast);
    const relearned = trainings.map(({ probe, ...training }) => ({ ...training, probes: [probe] }));
    const shards = await this.shards.of(payload, [...planParts(asked, cast, true), ...relearned]);
    const audit = { name: 'audit', id: auditId } as const;
    await context.fanOutAhead(audit, 'audit-shard', shards.filter(isThere));
  }
}

/** Whether the model that is asked is there before anything is trained. */
const isThere = ({ role, probes }: Payload<'audit-shard'>): boolean =>
  role !== 'after' && probes.every((probe) => changeOf(probe)?.relearned === undefined);
