// Cuts what an audit asks of its models into shards. The same parts always give the same shards: the
// audit finds those again that were begun ahead of it.

import { Injectable } from '@nestjs/common';
import type { Payload } from '#contracts/jobs.js';
import { type AuditSet, auditSets, isPatching, setOf } from '#contracts/probes.js';
import { ExampleSets } from '../example-sets.js';
import { planShards } from '../shards.js';
import type { Part } from './plan.js';

@Injectable()
export class AuditShards {
  constructor(private readonly sets: ExampleSets) {}

  /** One model after the other for each stretch: models of several bases are asked at once. */
  async of(payload: Payload<'audit'>, parts: readonly Part[]): Promise<Payload<'audit-shard'>[]> {
    const { tenantId, jobId, traceId, stage, retain, judge, maxTokens } = payload;
    const common = { tenantId, jobId, traceId, stage, retain, judge, maxTokens };
    const stretches = planShards(await this.rowsOf(payload), payload.shardSize);
    const plan = stretches.flatMap(({ set, from, to }) =>
      parts.flatMap(({ role, model, probes: all }) => {
        const probes = all.filter((probe) => setOf(probe) === set);
        const data = payload[set];
        const before = probes.some(isPatching) ? { before: payload.model } : {};
        return data && probes.length > 0
          ? [{ ...common, role, model, ...before, probes, data, from, to }]
          : [];
      }),
    );
    return plan.map((shard) => ({ ...shard, shards: plan.length }));
  }

  /** Questions that are asked of each set. */
  private async rowsOf(payload: Payload<'audit'>): Promise<Map<AuditSet, number>> {
    const rows = new Map<AuditSet, number>();
    for (const set of auditSets) {
      const data = payload[set];
      if (!data) continue;
      const { size } = await this.sets.get(payload.tenantId, data);
      rows.set(set, Math.min(size, payload.limit ?? size));
    }
    return rows;
  }
}
