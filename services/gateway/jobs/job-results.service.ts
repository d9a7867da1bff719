// What a job has left: reports and the model.

import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { jobSpace } from '#contracts/spaces.js';
import { jobStages, models } from '../database/schema.js';
import { type List, toList, unixSeconds } from '../http/page.js';
import type { Scope } from '../tenants/scope.js';
import type { checkpointSchema } from './job-object.js';
import { jobReportJson } from './job-report.js';
import type { ToldJob } from './job-words.js';

@Injectable()
export class JobResultsService {
  /** Of a job still at work: what its finished stages have left so far. As text, row by row. */
  async report(scope: Scope, job: ToldJob): Promise<AsyncGenerator<string, void, void>> {
    const space = scope.artifacts.space(jobSpace(job.id));
    const hashOf = async (stage: 'before' | 'after'): Promise<string | null> =>
      job[stage] ?? (await space.getRef(stage));
    const [before, after, audit] = await Promise.all([
      hashOf('before'),
      hashOf('after'),
      space.getRef('audit'),
    ]);
    const stages = await scope.records.stages.select(eq(jobStages.jobId, job.id));
    const seconds = stages.flatMap(({ stage, startedAt, finishedAt }) =>
      startedAt && finishedAt
        ? [[stage, (finishedAt.getTime() - startedAt.getTime()) / 1000] as const]
        : [],
    );
    return jobReportJson(space, {
      head: { object: 'fine_tuning.job.report', job_id: job.id, model: job.fineTunedModel },
      reports: { before, after, audit },
      seconds: Object.fromEntries(seconds),
    });
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
