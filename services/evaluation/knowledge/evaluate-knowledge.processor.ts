// Queue `evaluate-knowledge`: chooses the settings of a model that answers from a knowledge base on
// the validation questions, asks it the test questions with them, and leaves the report.

import { Injectable } from '@nestjs/common';
import type { Payload } from '#contracts/jobs.js';
import {
  type EvaluateKnowledgeResult,
  type KnowledgeManifest,
  knowledgeManifestSchema,
  type KnowledgeRow,
} from '#contracts/knowledge-report.js';
import { questionSetSchema } from '#contracts/knowledge-tuning-set.js';
import { jobSpace } from '#contracts/spaces.js';
import { rowCount, type Stretch, stretchSchema } from '#contracts/stretches.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { planShards } from '../shards.js';
import { trainedModel } from '../trained-model.js';
import { chooseSettings, triedSettings } from './choose-settings.js';
import { figuresOf } from './figures.js';

type Shard = Payload<'evaluate-knowledge-shard'>;

@Injectable()
export class EvaluateKnowledgeProcessor implements JobHandler<'evaluate-knowledge'> {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** Done already where the ref exists. */
  async handle(
    payload: Payload<'evaluate-knowledge'>,
    context: JobContext,
  ): Promise<EvaluateKnowledgeResult> {
    const store = this.artifacts.scope(payload.tenantId).space(jobSpace(payload.jobId));
    const known = await store.getRef('knowledge');
    if (known) return resultOf(known, knowledgeManifestSchema.parse(await store.getJson(known)));
    const { options, model: untuned } = payload;
    const model = await trainedModel(payload, store);
    const shards = await this.shards(payload, store);
    const ask = async (
      asked: Pick<Shard, 'use' | 'settings' | 'untuned' | 'judge'>,
    ): Promise<Stretch[]> => {
      const payloads = shards.map((shard) => ({ ...shard, model, ...asked }));
      const results = await context.fanOut('evaluate-knowledge-shard', payloads);
      return results.flatMap((result) => stretchSchema.safeParse(result).data ?? []);
    };
    const tried = await ask({ use: 'validation', settings: [...triedSettings] });
    const chosen = chooseSettings(await rowsOf(store, tried), options.precision);
    const { judge } = options;
    const told = await ask({ use: 'test', settings: [chosen.settings], untuned, judge });
    const manifest: KnowledgeManifest = {
      model: { base: model.base, ...(model.adapter ? { adapter: model.adapter.hash } : {}) },
      knowledge: payload.knowledge.hash,
      ...chosen,
      figures: figuresOf(await rowsOf(store, told)),
      // Cut anew: however the work was cut, the report is the same bytes.
      stretches: await collect(writeStretches(store, readStretches(store, told))),
    };
    const hash = await store.putJson(knowledgeManifestSchema.parse(manifest));
    await store.setRef('knowledge', hash);
    return resultOf(hash, manifest);
  }

  /** Of all questions, whatever their use: each shard takes those of its own. */
  private async shards(
    { tenantId, jobId, traceId, stage, knowledge, options }: Payload<'evaluate-knowledge'>,
    store: ArtifactSpace,
  ) {
    const hash = await store.getRef('questions');
    if (!hash) throw new MissingInputError('augmentation left no questions');
    const { stretches } = questionSetSchema.parse(await store.getJson(hash));
    const count = rowCount(stretches);
    if (count === 0) throw new MissingInputError('augmentation left no questions');
    const plan = planShards(new Map([['questions', count]]), options.shard_size);
    return plan.map(({ from, to }) => ({
      tenantId,
      jobId,
      traceId,
      stage,
      knowledge,
      questions: { space: jobSpace(jobId), hash },
      from,
      to,
      maxTokens: options.max_tokens,
      shards: plan.length,
    }));
  }
}

const resultOf = (
  report: string,
  { choice: { reached, precision, coverage } }: KnowledgeManifest,
): EvaluateKnowledgeResult => ({ report, reached, precision: precision ?? 0, coverage });

const rowsOf = (store: ArtifactSpace, stretches: readonly Stretch[]): Promise<KnowledgeRow[]> =>
  collect(readStretches<KnowledgeRow>(store, stretches));
