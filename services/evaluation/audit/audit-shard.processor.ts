// Queue `audit-shard`: a stretch of a set through some probes of one model; leaves its rows
// as artifacts.

import { Inject, Injectable } from '@nestjs/common';
import type { Example } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
import { jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { ExampleSet } from '#platform/artifacts/example-set.js';
import { collect, writeStretch } from '#platform/artifacts/stretches.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { ENV, type Env } from '../env.js';
import { ExampleSets } from '../example-sets.js';
import { Judges } from '../judges/judges.js';
import { askProbes, type Probing } from './ask-probes.js';
import { SURROUNDINGS } from './probe.js';

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
    const kept = await this.sets.get(tenantId, retain);
    const examples = await collect(asked.read(from, to));
    const probing: Probing = {
      tenant: tenantId,
      model,
      role,
      judge: this.judges.get(payload.judge, signal),
      around: { asked: await firstOf(asked), retain: await firstOf(kept) },
      maxTokens,
      concurrency: this.env.SHARD_CONCURRENCY,
      timeoutMs: this.env.GENERATE_TIMEOUT_MS,
      signal,
    };
    const rows = await askProbes(this.inference, probing, probes, examples, from);
    signal.throwIfAborted();
    if (rows.length === 0) return;
    return writeStretch(this.artifacts.scope(tenantId).space(jobSpace(jobId)), rows);
  }
}

async function firstOf(set: ExampleSet): Promise<Example[]> {
  const numbered = await collect(set.read(0, SURROUNDINGS));
  return numbered.map(({ example }) => example);
}
