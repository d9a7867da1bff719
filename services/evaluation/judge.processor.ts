// Queue `judge`: plans shards of a cell's answers, lets any number of workers judge them, and merges
// their verdicts.

import { Injectable } from '@nestjs/common';
import { type CellManifest, cellManifestSchema } from '#contracts/cells.js';
import type { Payload } from '#contracts/jobs.js';
import { jobSpace } from '#contracts/spaces.js';
import { rowCount, type Stretch, stretchSchema } from '#contracts/stretches.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { readCellRows } from '#platform/artifacts/cell-rows.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { planShards } from './shards.js';
import { tasks } from './tasks/index.js';

@Injectable()
export class JudgeProcessor implements JobHandler<'judge'> {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** Done already where the ref exists. @returns the hash of the CellManifest. */
  async handle(payload: Payload<'judge'>, context: JobContext): Promise<{ report: string }> {
    const tenant = this.artifacts.scope(payload.tenantId);
    const store = tenant.space(jobSpace(payload.jobId));
    const known = await store.getRef('cell');
    if (known) return { report: known };

    const answered = tenant.space(payload.answers);
    const answers = await answered.getRef('cell');
    if (!answers) throw new MissingInputError('there are no answers to judge');
    const { model, stretches: rows } = await readAnswers(answered, answers);
    const shards = await this.judge(payload, answers, rowCount(rows), context);
    // Cut anew: however the work was cut, the report is the same bytes.
    const stretches = await collect(writeStretches(store, readStretches(store, shards)));
    const judged = readCellRows(store, { answers, stretches }, answered);
    const figures = await tasks[payload.task].figures(judged);
    const report = await store.putJson(
      cellManifestSchema.parse({ model, judge: payload.judge, answers, figures, stretches }),
    );
    await store.setRef('cell', report);
    return { report };
  }

  /** @returns the verdicts of all shards, in the order of the answers. */
  private async judge(
    { shardSize, answers: space, ...common }: Payload<'judge'>,
    hash: string,
    rows: number,
    context: JobContext,
  ): Promise<Stretch[]> {
    const answers = { space, hash };
    const plan = planShards(new Map([['answers', rows]]), shardSize);
    const shards = plan.map(({ from, to }) => ({
      ...common,
      answers,
      from,
      to,
      shards: plan.length,
    }));
    const results = await context.fanOut('judge-shard', shards);
    return results.map((result) => stretchSchema.parse(result));
  }
}

const readAnswers = async (space: ArtifactSpace, hash: string): Promise<CellManifest> =>
  cellManifestSchema.parse(await space.getJson(hash));
