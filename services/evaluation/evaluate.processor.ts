// Queue `evaluate`: plans shards, lets any number of workers do them, and merges their rows into
// the stage's report.

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type ReportManifest, reportManifestSchema, type ReportRow } from '#contracts/artifacts.js';
import { type CellManifest, cellManifestSchema } from '#contracts/cells.js';
import type { ModelRef, Payload } from '#contracts/jobs.js';
import { judgeErrors } from '#contracts/judge-errors.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { type Stretch, stretchSchema } from '#contracts/stretches.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { ExampleSets } from './example-sets.js';
import type { AskedSet } from './metrics/metric.js';
import { planShards } from './shards.js';
import { setsOf, summarize } from './summary.js';
import { tasks } from './tasks/index.js';
import type { Task } from './tasks/task.js';
import { trainedModel } from './trained-model.js';

@Injectable()
export class EvaluateProcessor implements JobHandler<'evaluate'> {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly sets: ExampleSets,
  ) {}

  /**
   * Done already where the stage's ref exists.
   * @returns the hash of the ReportManifest; of a cell, of the CellManifest.
   */
  async handle(payload: Payload<'evaluate'>, context: JobContext): Promise<{ report: string }> {
    const store = this.artifacts.scope(payload.tenantId).space(jobSpace(payload.jobId));
    const known = await store.getRef(payload.stage);
    if (known) return { report: known };

    const model = payload.stage === 'after' ? await trainedModel(payload, store) : payload.model;
    const shards = await this.judge(payload, model, context);
    // Cut anew: however the work was cut, the report is the same bytes.
    const stretches = await collect(writeStretches(store, readStretches(store, shards)));
    const { judge } = payload;
    const head = {
      model: { base: model.base, ...(model.adapter ? { adapter: model.adapter.hash } : {}) },
      ...(judge ? { judge } : {}),
    };
    const manifest =
      payload.stage === 'cell'
        ? await cellOf(head, tasks[payload.task], store, stretches)
        : await reportOf(head, store, stretches);
    const hash = await store.putJson(manifest);
    await store.setRef(payload.stage, hash);
    return { report: hash };
  }

  /** @returns the rows of all shards, in the order of the task's sets. */
  private async judge(
    payload: Payload<'evaluate'>,
    model: ModelRef,
    context: JobContext,
  ): Promise<Stretch[]> {
    const { tenantId, jobId, traceId, stage, task, retain, judge, maxTokens, decoding } = payload;
    const { sets } = tasks[task];
    const counts = new Map<AskedSet, number>();
    for (const set of sets) counts.set(set, await this.countRows(set, payload));
    const around = sets.includes('retain') ? {} : { retain };
    const chosen = decoding ? { decoding } : {};
    const asked = { tenantId, jobId, traceId, stage, task, judge, maxTokens, model };
    const common = { ...asked, ...around, ...chosen };
    const plan = planShards(counts, payload.shardSize);
    const shards = plan.map((stretch) => ({
      ...common,
      ...stretch,
      data: setOf(payload, stretch.set),
      shards: plan.length,
    }));
    const results = await context.fanOut('evaluate-shard', shards);
    return z
      .array(stretchSchema.nullish())
      .parse(results)
      .flatMap((stretch) => stretch ?? []);
  }

  private async countRows(set: AskedSet, payload: Payload<'evaluate'>): Promise<number> {
    const { size: rows } = await this.sets.get(payload.tenantId, setOf(payload, set));
    if (rows === 0)
      throw new UnusableSetError(`the ${set} set is empty: there is nothing to evaluate`);
    return Math.min(rows, payload.limit ?? rows);
  }
}

function setOf(payload: Payload<'evaluate'>, set: AskedSet): Artifact {
  const artifact = payload[set];
  if (!artifact) throw new MissingInputError(`there is no ${set} set to ask about`);
  return artifact;
}

type Head = Pick<CellManifest, 'model' | 'judge'>;

async function cellOf(
  head: Head,
  task: Task,
  store: ArtifactSpace,
  stretches: Stretch[],
): Promise<CellManifest> {
  const isLeftToJudge = task.judge && !head.judge;
  const figures = isLeftToJudge ? [] : await task.figures(readStretches(store, stretches));
  return cellManifestSchema.parse({ ...head, figures, stretches });
}

async function reportOf(
  head: Head,
  store: ArtifactSpace,
  stretches: Stretch[],
): Promise<ReportManifest> {
  const summary = summarize(await setsOf(readStretches<ReportRow>(store, stretches)));
  if (!head.judge) throw new MissingInputError('there is no judge for a report');
  const errors = judgeErrors[head.judge] ?? null;
  return reportManifestSchema.parse({ ...head, judgeErrors: errors, summary, stretches });
}
