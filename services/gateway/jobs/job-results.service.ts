// What a job has left: reports and the model.

import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { jobSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { reportPage } from '#report-page/page.js';
import { jobStages, models } from '../database/schema.js';
import { type List, toList, unixSeconds } from '../http/page.js';
import type { Scope } from '../tenants/scope.js';
import { jobFacts } from './job-facts.js';
import type { checkpointSchema } from './job-object.js';
import type { ReportFormat } from './job-report-formats.js';
import { reportJson } from './job-report-json.js';
import { readReports, type ReportHashes } from './job-report.js';
import type { ToldJob } from './job-words.js';

type ReportText = AsyncGenerator<string, void, void>;

@Injectable()
export class JobResultsService {
  /** Of a job still at work: what its finished stages have left so far. As text, piece by piece. */
  async report(scope: Scope, job: ToldJob, format: ReportFormat): Promise<ReportText> {
    const space = scope.artifacts.space(jobSpace(job.id));
    const hashes = await hashesOf(space, job);
    const reports = await readReports(space, hashes);
    const seconds = await this.seconds(scope, job);
    const { id, request } = job;
    const model = request.method.type === 'audit' ? request.model : job.fineTunedModel;
    if (format === 'json')
      return reportJson({ object: 'fine_tuning.job.report', job_id: id, model }, reports, seconds);
    return reportPage({ job: id, model, ...reports, facts: jobFacts(job, hashes, seconds) });
  }

  /** How long each finished stage took. */
  private async seconds({ records }: Scope, { id }: ToldJob): Promise<Record<string, number>> {
    const stages = await records.stages.select(eq(jobStages.jobId, id));
    return Object.fromEntries(
      stages.flatMap(({ stage, startedAt, finishedAt }) =>
        startedAt && finishedAt
          ? [[stage, (finishedAt.getTime() - startedAt.getTime()) / 1000] as const]
          : [],
      ),
    );
  }

  /** What a worker keeps to resume is no model; the adapter at the end is. */
  async checkpoints(scope: Scope, job: ToldJob): Promise<List<z.infer<typeof checkpointSchema>>> {
    const train = (await scope.records.stages.select(eq(jobStages.jobId, job.id))).find(
      (stage) => stage.stage === 'train',
    );
    const isThere = (await scope.records.models.count(eq(models.jobId, job.id))) > 0;
    const rows = isThere && job.fineTunedModel !== null ? [job.fineTunedModel] : [];
    return toList({ rows, hasMore: false }, (model) => ({
      id: job.id.replace('ftjob-', 'ftckpt-'),
      object: 'fine_tuning.job.checkpoint' as const,
      created_at: unixSeconds(job.finishedAt ?? job.createdAt),
      fine_tuned_model_checkpoint: model,
      fine_tuning_job_id: job.id,
      step_number: job.trainedSteps ?? train?.total ?? 0,
      metrics: train?.metrics ?? {},
    }));
  }
}

/** The audit's and the knowledge base's stand in the space alone, as those of a job at work do. */
async function hashesOf(space: ArtifactSpace, job: ToldJob): Promise<ReportHashes> {
  const [before, after, knowledge, audit] = await Promise.all([
    job.before ?? space.getRef('before'),
    job.after ?? space.getRef('after'),
    space.getRef('knowledge'),
    space.getRef('audit'),
  ]);
  return { before, after, knowledge, audit };
}
