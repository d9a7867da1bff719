// Queue `augment-knowledge`: a version of a knowledge base becomes the tuning set of its job, and the
// questions that it is evaluated with.

import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import type { AugmentKnowledgeResult, Payload } from '#contracts/jobs.js';
import {
  type Dropped,
  questionSetSchema,
  type TuningSet,
  tuningSetSchema,
} from '#contracts/knowledge-tuning-set.js';
import { jobSpace, workSpace } from '#contracts/spaces.js';
import { rowCount } from '#contracts/stretches.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, writeStretches } from '#platform/artifacts/stretches.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { knowledgeQuestions } from './knowledge/question-set.js';
import { readBase } from './knowledge/read-base.js';
import { TuningSetMaker } from './knowledge/tuning-set.js';
import { TuningSource } from './knowledge/tuning-source.js';
import { ArtifactReplyStore } from './openai/reply-store.js';
import { Teachers } from './teachers/teachers.js';

/** Rows of the base between two reports, where a teacher does not ask for more at a time. */
const STRETCH = 32;

@Injectable()
export class AugmentKnowledgeProcessor implements JobHandler<'augment-knowledge'> {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly teachers: Teachers,
  ) {}

  /** Done already where the refs of both exist. */
  async handle(
    payload: Payload<'augment-knowledge'>,
    context: JobContext,
  ): Promise<AugmentKnowledgeResult> {
    const job = this.artifacts.scope(payload.tenantId).space(jobSpace(payload.jobId));
    const known = await resultIn(job);
    if (known) return known;
    const { set, questions } = await this.make(payload, job, context);
    await job.setRef('augmented', await job.putJson(tuningSetSchema.parse(set)));
    await job.setRef('questions', await job.putJson(questionSetSchema.parse(questions)));
    const result = await resultIn(job);
    if (!result) throw new Error('expected the sets that were just stored');
    const { rows, ...dropped } = result;
    context.log.info({ rows, ...dropped, teacher: set.teacher }, 'augmented a knowledge base');
    return result;
  }

  private async make(
    payload: Payload<'augment-knowledge'>,
    job: ArtifactSpace,
    context: JobContext,
  ) {
    const { options, seed, questions, maxLength } = payload;
    const tenant = this.artifacts.scope(payload.tenantId);
    const teacher = this.teachers.get(options.teacher);
    const replies = new ArtifactReplyStore(tenant.space(workSpace(payload.jobId)));
    const paraphraser = teacher.paraphraser?.(replies);
    const base = await readBase(tenant, payload.knowledge);
    const source = new TuningSource(base, { seed, options, questions, maxLength, paraphraser });
    const maker = new TuningSetMaker(source);
    const rows = maker.rows({
      signal: context.signal,
      concurrency: Math.max(teacher.concurrency, STRETCH),
      onRows: async (done, total) => {
        await context.progress({ stage: 'augment', done, total });
        // The rules never wait for anything: let locks renew and health answer in between.
        await setImmediate();
      },
    });
    const stretches = await collect(writeStretches(job, rows));
    if (stretches.length === 0) throw nothingKept(source.taught.length, maker.dropped);
    const asked = await collect(writeStretches(job, knowledgeQuestions(source, maker.asked)));
    await replies.clear();
    const set: TuningSet = {
      teacher: paraphraser?.name ?? options.teacher,
      dropped: maker.dropped,
      stretches,
    };
    return { set, questions: { stretches: asked } };
  }
}

async function resultIn(job: ArtifactSpace): Promise<AugmentKnowledgeResult | undefined> {
  const [augmented, questions] = await Promise.all([
    job.getRef('augmented'),
    job.getRef('questions'),
  ]);
  if (!augmented || !questions) return undefined;
  const { stretches, dropped } = tuningSetSchema.parse(await job.getJson(augmented));
  return { augmented, questions, rows: rowCount(stretches), ...dropped };
}

const nothingKept = (rows: number, { unlinked, long, unfounded }: Dropped): UnusableSetError =>
  new UnusableSetError(
    rows === 0
      ? 'the knowledge base has no rows: there is nothing to ask about'
      : `augmentation kept no row: of ${rows} rows, ${unlinked} questions name another entity, ${long} have no room within max_length, ${unfounded} answers say what is in no row`,
  );
