// Queue `evaluate-shard`: a stretch of one data set through the model and the judge; leaves its
// rows as an artifact.
import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Example } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { readDataset } from './dataset.js';
import { ENV, type Env } from './env.js';
import { examine, type Exam } from './examiner.js';
import { Judges } from './judges/judges.js';

@Injectable()
export class EvaluateShardProcessor implements JobHandler<'evaluate-shard'> {
  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(ArtifactStore) private readonly artifacts: ArtifactStore,
    @Inject(InferenceClient) private readonly inference: InferenceClient,
    @Inject(Judges) private readonly judges: Judges,
  ) {}

  /**
   * Repeatable: the answers are greedy and the artifact is named by its content.
   * @returns the hash of ReportRow[].
   */
  async handle(payload: Payload<'evaluate-shard'>, context: JobContext): Promise<{ rows: string }> {
    const store = this.artifacts.scope(payload.tenantId);
    const { data, set, from, to } = payload;
    const numbered = (await readDataset(store, data, set)).slice(from, to);
    const exam: Exam = {
      tenant: payload.tenantId,
      model: payload.model,
      set,
      judge: this.judges.get(payload.judge, context.signal),
      maxTokens: payload.maxTokens,
      timeoutMs: this.env.GENERATE_TIMEOUT_MS,
      signal: context.signal,
    };
    const results = await this.examineAll(
      exam,
      numbered.map(({ example }) => example),
      from,
    );
    context.signal.throwIfAborted();
    return { rows: await store.putJson(results) };
  }

  /**
   * Several at a time, so that inference has a batch to work on. After a failure no further one is
   * begun.
   */
  private async examineAll(exam: Exam, examples: readonly Example[], from: number) {
    const limit = pLimit(this.env.SHARD_CONCURRENCY);
    try {
      return await Promise.all(
        examples.map((one, i) => limit(() => examine(this.inference, exam, one, from + i))),
      );
    } finally {
      limit.clearQueue();
    }
  }
}
