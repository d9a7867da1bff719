// Queue `augment`: a forget set in the tenant's artifacts becomes the train set of its job.

import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { type TrainSet, trainSetSchema } from '#contracts/artifacts.js';
import { tooLongToAugment } from '#contracts/augmentation.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import type { Example } from '#contracts/examples.js';
import type { AugmentResult, Payload } from '#contracts/jobs.js';
import type { Offers } from '#contracts/offers.js';
import { type Artifact, jobSpace, workSpace } from '#contracts/spaces.js';
import { ArtifactStore, type Hash, type TenantStore } from '#platform/artifacts/artifact-store.js';
import { readExampleSet } from '#platform/artifacts/example-set.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { augment } from './augment/augment.js';
import { genericQa } from './data/generic-qa.js';
import { Neighbours } from './neighbours/neighbours.js';
import { ArtifactReplyStore } from './openai/reply-store.js';
import { Teachers } from './teachers/teachers.js';

/** Lines that a warning names. */
const MAX_LINES = 20;

@Injectable()
export class AugmentProcessor implements JobHandler<'augment'> {
  readonly offers: Offers;

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly teachers: Teachers,
    private readonly neighbours: Neighbours,
  ) {
    this.offers = { teacher: teachers.offered };
  }

  /** Done already where the stage's ref exists. @returns the TrainSet's hash, and what it lacks. */
  async handle(payload: Payload<'augment'>, context: JobContext): Promise<AugmentResult> {
    const tenant = this.artifacts.scope(payload.tenantId);
    const store = tenant.space(jobSpace(payload.jobId));
    const known = await store.getRef('augmented');
    if (known) return resultOf(known, trainSetSchema.parse(await store.getJson(known)));

    const teacher = this.teachers.get(payload.options.teacher);
    const replies = new ArtifactReplyStore(tenant.space(workSpace(payload.jobId)));
    const forget = await readForgetSet(tenant, payload.forget);
    const onPair = async (done: number, total: number): Promise<void> => {
      await context.progress({ stage: 'augment', done, total });
      // The rules never wait for anything: let locks renew and health answer between pairs.
      await setImmediate();
    };
    const set = await augment(
      {
        forget,
        options: payload.options,
        seed: payload.seed,
        teacher: teacher.forJob(replies),
        generic: genericQa,
      },
      { signal: context.signal, concurrency: teacher.concurrency, onPair },
    );
    if (!set.rows.some((row) => row.source !== 'generic')) {
      const { leaked, language, empty } = set.dropped;
      throw new UnusableSetError(
        `augmentation kept no row: ${leaked} leaked, ${language} in another language, ${empty} missing`,
      );
    }
    const neighbours = await this.askNeighbours(payload, forget, context.signal);
    const augmented: TrainSet = { ...set, neighbours };
    const hash = await store.putJson(trainSetSchema.parse(augmented));
    await store.setRef('augmented', hash);
    await replies.clear();
    const { rows, teacher: by, dropped, lost } = set;
    context.log[lost.length > 0 ? 'warn' : 'info'](
      { rows: rows.length, teacher: by, dropped, lost, neighbours: neighbours.length },
      'augmented',
    );
    return resultOf(hash, augmented);
  }

  private async askNeighbours(
    { tenantId, model, retain, options }: Payload<'augment'>,
    forget: readonly NumberedExample[],
    signal: AbortSignal,
  ): Promise<Example[]> {
    const { neighbours: count } = options;
    if (!model || !retain || !count) return [];
    const kept = await readExampleSet(
      this.artifacts.scope(tenantId).space(retain.space),
      retain.hash,
    );
    const sets = { forget: forget.map(exampleOf), retain: kept.map(exampleOf) };
    return this.neighbours.ask(tenantId, model, sets, count, signal);
  }
}

const exampleOf = ({ example }: NumberedExample): Example => example;

const resultOf = (
  augmented: Hash,
  { rows, dropped, lost, neighbours }: TrainSet,
): AugmentResult => ({
  augmented,
  rows: rows.length,
  ...dropped,
  lost: lost.length,
  lostLines: lost.slice(0, MAX_LINES).join(', '),
  neighbours: neighbours.length,
});

/** @throws UnusableSetError */
async function readForgetSet(
  tenant: TenantStore,
  { space, hash }: Artifact,
): Promise<NumberedExample[]> {
  const examples = await readExampleSet(tenant.space(space), hash);
  if (examples.length === 0)
    throw new UnusableSetError('the forget set is empty: there is nothing to augment');
  const problem = tooLongToAugment(examples);
  if (problem) throw new UnusableSetError(`the forget set: ${problem}`);
  return examples;
}
