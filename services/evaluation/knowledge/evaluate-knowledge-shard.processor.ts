// Queue `evaluate-knowledge-shard`: a stretch of questions for a knowledge base through the model;
// leaves its rows as an artifact.

import { Inject, Injectable } from '@nestjs/common';
import type { Payload } from '#contracts/jobs.js';
import type { KnowledgeQuestion } from '#contracts/knowledge-questions.js';
import { questionSetSchema } from '#contracts/knowledge-tuning-set.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import type { Stretch } from '#contracts/stretches.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretch } from '#platform/artifacts/stretches.js';
import { eachLimited } from '#platform/each-limited.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { Thread } from '#thread/thread.js';
import { askingOf } from '../asking.js';
import { ENV, type Env } from '../env.js';
import { Judges } from '../judges/judges.js';
import { askQuestion } from './ask-question.js';
import type { BaseProtocol } from './base-protocol.js';

@Injectable()
export class EvaluateKnowledgeShardProcessor implements JobHandler<'evaluate-knowledge-shard'> {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly artifacts: ArtifactStore,
    private readonly inference: InferenceClient,
    private readonly judges: Judges,
  ) {}

  /** Repeatable, as `evaluate-shard` is. @returns where its KnowledgeRows are; nothing for none. */
  async handle(
    payload: Payload<'evaluate-knowledge-shard'>,
    { signal }: JobContext,
  ): Promise<Stretch | void> {
    const { tenantId, jobId, knowledge, untuned, settings } = payload;
    const judge = payload.judge && this.judges.get(payload.judge, signal);
    const questions = await this.questions(payload);
    if (questions.length === 0) return;
    const base = await this.open(tenantId, knowledge);
    try {
      const asking = { ...askingOf(payload, this.env, signal), knowledge, base, untuned, judge };
      const rows = await eachLimited(asking, questions, (question) =>
        askQuestion(this.inference, asking, question, settings),
      );
      signal.throwIfAborted();
      const store = this.artifacts.scope(tenantId).space(jobSpace(jobId));
      return await writeStretch(store, rows.flat());
    } finally {
      await base.close();
    }
  }

  private async questions({
    tenantId,
    questions: { space, hash },
    from,
    to,
    use,
  }: Payload<'evaluate-knowledge-shard'>) {
    const store = this.artifacts.scope(tenantId).space(space);
    const { stretches } = questionSetSchema.parse(await store.getJson(hash));
    const all = await collect(readStretches<KnowledgeQuestion>(store, stretches, from, to));
    return all
      .map((question, i) => ({ ...question, index: from + i }))
      .filter((question) => question.use === use);
  }

  private async open(tenantId: string, { space, hash }: Artifact): Promise<Thread<BaseProtocol>> {
    const lines = await this.artifacts.scope(tenantId).space(space).get(hash);
    const file = new URL('base-thread.js', import.meta.url);
    return new Thread<BaseProtocol>(file, 'knowledge base', lines);
  }
}
