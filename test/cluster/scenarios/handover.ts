// A job in training whose pod is deleted, and one whose pod is killed: how long it pauses, how many
// steps are taken again, and that it ends in the bytes of an undisturbed one.

import { isOver } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { readResult } from '../../faults/result.js';
import { demoRows, model, uploadRows } from '../../testing/short-job.js';
import { cpuSeconds } from '../counters.js';
import { Course } from '../course.js';
import { isReady, podsOf } from '../pods.js';
import type { Release } from '../release.js';
import { TrainingProgress } from '../training-progress.js';
import { secondsSince, until } from '../until.js';
import type { Context, Scenario } from './scenario.js';

/** Enough that the pod ends in the midst of them, at a step with no periodic checkpoint near. */
const STEPS = 200;
const [AT, CHECKPOINT_STEPS] = [37, '1000'];
const JOB_MS = 900_000;
const LOOK_MS = 100;

export const handover: Scenario = async ({ release, checks }) => {
  await release.install({ training: { settings: { CHECKPOINT_STEPS } } });
  const redis = await release.redis();
  const progress = new TrainingProgress(redis.url);
  try {
    await release.ready(['training']);
    checks.figure(
      'CPU seconds of a worker before its first job',
      (await cpuSeconds(release.kubectl, 'training')).toFixed(1),
    );
    const client = await release.tenant('handover', 5);
    const training = await uploadRows(client, 'retain.jsonl', demoRows('retain', 16));
    const tools = { release, client, progress };
    const calm = await train(tools, training);
    checks.figure('undisturbed: seconds', calm.seconds);
    for (const [name, flags] of [
      ['deleted', []],
      ['killed', ['--force', '--grace-period=0']],
    ] as const) {
      const cut = await train(tools, training, flags);
      checks.figure(`${name} at step ${cut.cutAt} of ${STEPS}: seconds`, cut.seconds);
      checks.figure(`${name}: seconds without a step`, cut.pause);
      tellSteps(checks, name, cut.again);
      checks.expect(
        `${name}: the bytes of an undisturbed one`,
        cut.bytes.slice(0, 40),
        cut.bytes === calm.bytes,
      );
    }
  } finally {
    progress.close();
    redis.close();
    await release.install({ training: { settings: { CHECKPOINT_STEPS: '1' } } });
    await release.ready(['training']);
  }
};

/** A worker that is told to stop loses the step under way; one that is killed what was not kept. */
function tellSteps(checks: Context['checks'], name: string, again: number): void {
  if (name === 'deleted') checks.expect('deleted: steps taken again', again, again <= 1);
  else checks.figure(`${name}: steps taken again`, again);
}

interface Tools {
  readonly release: Release;
  readonly client: LetheClient;
  readonly progress: TrainingProgress;
}

interface Trained {
  readonly seconds: number;
  /** The longest time between two steps. */
  readonly pause: number;
  readonly again: number;
  /** Steps that were done when its pod was ended; absent: it was not. */
  readonly cutAt: number | undefined;
  readonly bytes: string;
}

/**
 * @param flags how the pod is deleted in the middle; absent: it is not.
 * @throws Error where the job did not succeed, or had ended before its pod could be
 */
async function train(
  { release, client, progress }: Tools,
  file: string,
  flags?: readonly string[],
): Promise<Trained> {
  const started = performance.now();
  const { id } = await client.createJob(requestOn(file));
  const course = new Course();
  let cutAt: number | undefined;
  const look = async (): Promise<Job | undefined> => {
    const job = await client.job(id);
    course.see(await progress.of(id), performance.now());
    if (isOver(job)) return job;
    if (flags && cutAt === undefined && course.most >= AT && course.most < STEPS) {
      await endPod(release, flags);
      cutAt = course.most;
    }
    return undefined;
  };
  const { found: job } = await until('the job ends', JOB_MS, look, LOOK_MS);
  if (job.status !== 'succeeded') throw new Error(`${id}: ${job.status} ${job.error?.message}`);
  if (flags && cutAt === undefined)
    throw new Error(`the job took all of its ${STEPS} steps before its pod could be ended`);
  const { tokens: _, ...files } = await readResult(client, job);
  const { pause, again } = course;
  return { seconds: secondsSince(started), pause, again, cutAt, bytes: JSON.stringify(files) };
}

async function endPod({ kubectl }: Release, flags: readonly string[]): Promise<void> {
  const [pod] = (await podsOf(kubectl, 'training')).filter(isReady);
  if (!pod) throw new Error('no pod of training is ready');
  await kubectl.run(['delete', 'pod', pod.metadata.name, '--wait=false', ...flags]);
}

const requestOn = (file: string): Parameters<LetheClient['createJob']>[0] => ({
  model,
  training_file: file,
  seed: 1,
  method: {
    type: 'supervised',
    supervised: {
      hyperparameters: { n_epochs: 100, max_steps: STEPS, batch_size: 4, learning_rate: 0.001 },
    },
  },
});
