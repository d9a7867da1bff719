// Queue `audit-shard`: a stretch of a set through some probes of one model; leaves its rows
// as artifacts.

import { Inject, Injectable } from '@nestjs/common';
import { zip } from '#collections/zip.js';
import type { AuditRow, ProbeRow } from '#contracts/audit.js';
import type { Payload } from '#contracts/jobs.js';
import { rowOf } from '#contracts/layers.js';
import { jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, writeStretch } from '#platform/artifacts/stretches.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { askingOf } from '../asking.js';
import { ENV, type Env } from '../env.js';
import { ExampleSets } from '../example-sets.js';
import { Judges } from '../judges/judges.js';
import { askProbes, type Probing } from './ask-probes.js';
import { judgeProbes } from './judge-probes.js';
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
    const { tenantId, jobId, role, before, probes, data, retain, from, to, judge } = payload;
    const { signal } = context;
    const asked = await this.sets.get(tenantId, data);
    const kept = retain && (await this.sets.get(tenantId, retain));
    const examples = await collect(asked.read(from, to));
    const around = await readAround(asked, kept);
    const probing: Probing = { ...askingOf(payload, this.env, signal), around, before };
    const judging = { ...probing, judge: this.judges.get(judge, signal) };
    const answers = await askProbes(this.inference, probing, probes, examples, from);
    const verdicts = await judgeProbes(judging, answers);
    signal.throwIfAborted();
    if (answers.length === 0) return;
    const store = this.artifacts.scope(tenantId).space(jobSpace(jobId));
    const rows = zip(answers, verdicts).map(([answer, verdict]): AuditRow => ({
      ...rowOf<ProbeRow>(answer, verdict),
      role,
    }));
    return writeStretch(store, rows);
  }
}
