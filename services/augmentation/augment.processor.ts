// Queue `augment`: a forget set in the tenant's artifacts becomes the train set of its job.
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { trainSetSchema } from '#contracts/artifacts.js';
import { DatasetError, parseDataset, type QaRow } from '#contracts/dataset.js';
import { stageRef, type Payload } from '#contracts/jobs.js';
import { ArtifactStore, type Hash, type TenantStore } from '#platform/artifacts/artifact-store.js';
import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { augment } from './augment/augment.js';
import { loadGenericQa } from './data/generic-qa.js';
import { ArtifactReplyStore } from './openai/reply-store.js';
import { Teachers } from './teachers.js';

@Injectable()
export class AugmentProcessor implements JobHandler<'augment'> {
  constructor(
    @Inject(ArtifactStore) private readonly artifacts: ArtifactStore,
    @Inject(Teachers) private readonly teachers: Teachers,
  ) {}

  /** Done already where the stage's ref exists. @returns the hash of the TrainSet. */
  async handle(payload: Payload<'augment'>, context: JobContext): Promise<{ augmented: Hash }> {
    const store = this.artifacts.scope(payload.tenantId);
    const ref = stageRef(payload.jobId, 'augmented');
    const known = await store.getRef(ref);
    if (known) return { augmented: known };

    const replies = new ArtifactReplyStore(store, payload.jobId);
    const { teacher, concurrency } = this.teachers.get(payload.options.teacher, replies);
    const forget = await readForgetSet(store, payload.forget);
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
        teacher,
        generic: await loadGenericQa(),
      },
      { signal: context.signal, concurrency, onPair },
    );
    if (!set.rows.some((row) => row.source !== 'generic')) {
      const { leaked, language, empty } = set.dropped;
      throw new UnusableSetError(
        `augmentation kept no row: ${leaked} leaked, ${language} in another language, ${empty} missing`,
      );
    }
    const hash = await store.putJson(trainSetSchema.parse(set));
    await store.setRef(ref, hash);
    await replies.clear();
    context.log.info(
      { rows: set.rows.length, teacher: set.teacher, dropped: set.dropped },
      'augmented',
    );
    return { augmented: hash };
  }
}

/** @throws UnusableSetError */
async function readForgetSet(store: TenantStore, hash: Hash): Promise<QaRow[]> {
  let rows: QaRow[];
  try {
    rows = parseDataset((await store.get(hash)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw UnusableSetError.unreadable('forget', error);
  }
  if (rows.length === 0)
    throw new UnusableSetError('the forget set is empty: there is nothing to augment');
  return rows;
}
