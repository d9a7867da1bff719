// Queue `audit-shard`: a stretch of a set through some probes of one model; leaves its rows
// as artifacts.

import { Inject, Injectable } from '@nestjs/common';
import type { AuditRow } from '#contracts/audit.js';
import type { Payload } from '#contracts/jobs.js';
import { jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, writeStretch } from '#platform/artifacts/stretches.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { ENV, type Env } from '../env.js';
import { ExampleSets } from '../example-sets.js';
import { Judges } from '../judges/judges.js';
import { askProbes, type Probing } from './ask-probes.js';
import { readAround } from './read-around.js';

@Injectable()
export class AuditShardProcessor implements JobHandler<'audit-shard'> {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly artifacts: ArtifactStore,
    private readonly sets: ExampleSets,
    private readonly inference: InferenceClient,
    private readonly judges: Judges,
  ) {}

  /** Repeatable, as `evaluate-shard` is. @returns where its AuditRows are; nothing for none. */
  async handle(payload: Payload<'audit-shard'>, context: JobContext): Promise<Stretch | void> {
    const { tenantId, jobId, role, model, probes, data, retain, from, to, maxTokens } = payload;
    const { signal } = context;
    const asked = await this.sets.get(tenantId, data);
    const kept = retain && (await this.sets.get(tenantId, retain));
    const examples = await collect(asked.read(from, to));
    const probing: Probing = {
      tenant: tenantId,
      model,
      judge: this.judges.get(payload.judge, signal),
      around: await readAround(asked, kept),
      maxTokens,
      concurrency: this.env.SHARD_CONCURRENCY,
      timeoutMs: this.env.GENERATE_TIMEOUT_MS,
      signal,
    };
    const rows = await askProbes(this.inference, probing, probes, examples, from);
    signal.throwIfAborted();
    if (rows.length === 0) return;
    const store = this.artifacts.scope(tenantId).space(jobSpace(jobId));
    const ofRole = rows.map((row): AuditRow => ({ ...row, role }));
    return writeStretch(store, ofRole);
  }
}
