// Queue `judge-shard`: a stretch of a cell's answers through the judge; leaves its verdicts as an
// artifact.

import { Inject, Injectable } from '@nestjs/common';
import { cellManifestSchema } from '#contracts/cells.js';
import type { Payload } from '#contracts/jobs.js';
import type { Answer } from '#contracts/layers.js';
import type { Offers } from '#contracts/offers.js';
import { jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretch } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { ENV, type Env } from './env.js';
import { Judges } from './judges/judges.js';
import { tasks } from './tasks/index.js';

@Injectable()
export class JudgeShardProcessor implements JobHandler<'judge-shard'> {
  readonly offers: Promise<Offers>;

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly artifacts: ArtifactStore,
    private readonly judges: Judges,
  ) {
    this.offers = judges.offers();
  }

  /** @returns where its Verdicts are, one an answer. */
  async handle(payload: Payload<'judge-shard'>, { signal }: JobContext): Promise<Stretch> {
    const { tenantId, jobId, task, answers, from, to } = payload;
    const tenant = this.artifacts.scope(tenantId);
    const answered = tenant.space(answers.space);
    const { stretches } = cellManifestSchema.parse(await answered.getJson(answers.hash));
    const rows = await collect(readStretches<Answer>(answered, stretches, from, to));
    const judge = this.judges.get(payload.judge, signal);
    const judging = { judge, concurrency: this.env.SHARD_CONCURRENCY, signal };
    const verdicts = await tasks[task].judge?.(judging, rows);
    if (!verdicts) throw new MissingInputError(`the task ${task} has nothing to judge`);
    signal.throwIfAborted();
    return writeStretch(tenant.space(jobSpace(jobId)), verdicts);
  }
}
