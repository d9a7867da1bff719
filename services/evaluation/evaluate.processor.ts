// Queue `evaluate`: plans shards, lets any number of workers do them, and merges their rows into
// the stage's report.
import { Inject, Injectable } from '@nestjs/common';
import { reportSchema, type Report, type ReportRow } from '#contracts/artifacts.js';
import { stageRef, type ModelRef, type Payload } from '#contracts/jobs.js';
import { ArtifactStore, type TenantStore } from '#platform/artifacts/artifact-store.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { readDataset } from './dataset.js';
import { planShards } from './shards.js';
import { summarize } from './summary.js';

@Injectable()
export class EvaluateProcessor implements JobHandler<'evaluate'> {
  constructor(@Inject(ArtifactStore) private readonly artifacts: ArtifactStore) {}

  /** Done already where the stage's ref exists. @returns the hash of the Report. */
  async handle(payload: Payload<'evaluate'>, context: JobContext): Promise<{ report: string }> {
    const store = this.artifacts.scope(payload.tenantId);
    const ref = stageRef(payload.jobId, payload.stage);
    const known = await store.getRef(ref);
    if (known) return { report: known };

    const model = await judgedModel(payload, store);
    const rows = await this.rows(payload, model, store, context);
    const report: Report = { model, judge: payload.judge, summary: summarize(rows), rows };
    const hash = await store.putJson(reportSchema.parse(report));
    await store.setRef(ref, hash);
    return { report: hash };
  }

  private async rows(
    payload: Payload<'evaluate'>,
    model: ModelRef,
    store: TenantStore,
    context: JobContext,
  ): Promise<ReportRow[]> {
    const { tenantId, jobId, traceId, stage, judge, maxTokens } = payload;
    const counts = {
      forget: await countRows('forget', payload, store),
      retain: await countRows('retain', payload, store),
    };
    const common = { tenantId, jobId, traceId, stage, judge, maxTokens, model };
    const shards = planShards(counts, payload.shardSize).map((stretch) => ({
      ...common,
      ...stretch,
      data: payload[stretch.set],
    }));
    const results = await context.fanOut('evaluate-shard', shards);
    const parts = await Promise.all(
      results.map((result) => store.getJson<ReportRow[]>((result as { rows: string }).rows)),
    );
    return parts.flat();
  }
}

/** After training, the model with the adapter that `train` left: never the model without it. */
async function judgedModel(
  { stage, model, jobId }: Payload<'evaluate'>,
  store: TenantStore,
): Promise<ModelRef> {
  if (stage === 'before') return model;
  const adapter = await store.getRef(stageRef(jobId, 'adapter'));
  if (!adapter) throw new MissingInputError('there is no trained adapter to evaluate');
  return { base: model.base, adapter };
}

async function countRows(
  set: ReportRow['set'],
  payload: Payload<'evaluate'>,
  store: TenantStore,
): Promise<number> {
  const rows = (await readDataset(store, payload[set], set)).length;
  if (rows === 0)
    throw new UnusableSetError(`the ${set} set is empty: there is nothing to evaluate`);
  return Math.min(rows, payload.limit ?? rows);
}
