// A job in training whose pod is deleted, and one whose pod is killed: how long it pauses, how many
// steps are taken again, and that it ends in the bytes of an undisturbed one.

import { isOver } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { readResult } from '../../faults/result.js';
import { demoRows, model, uploadRows } from '../../testing/short-job.js';
import { cpuSeconds } from '../counters.js';
import { podsOf } from '../pods.js';
import type { Release } from '../release.js';
import { secondsSince, until } from '../until.js';
import type { Context, Scenario } from './scenario.js';

const STEPS = 60;
/** The pod ends when so many steps are done: none of the periodic checkpoints is near. */
const [AT, CHECKPOINT_STEPS] = [17, '1000'];
const JOB_MS = 900_000;

export const handover: Scenario = async ({ release, checks }) => {
  await release.install({ training: { settings: { CHECKPOINT_STEPS } } });
  await release.ready(['training']);
  checks.figure(
    'CPU seconds of a worker before its first job',
    (await cpuSeconds(release.kubectl, 'training')).toFixed(1),
  );
  const client = await release.tenant('handover', 5);
  const training = await uploadRows(client, 'retain.jsonl', demoRows('retain', 16));
  const calm = await train(release, client, training);
  checks.figure('undisturbed: seconds', calm.seconds);
  for (const [name, flags] of [
    ['deleted', []],
    ['killed', ['--force', '--grace-period=0']],
  ] as const) {
    const cut = await train(release, client, training, flags);
    checks.figure(`${name} at step ${AT} of ${STEPS}: seconds`, cut.seconds);
    checks.figure(`${name}: seconds without a step`, cut.pause);
    tellSteps(checks, name, cut.again);
    checks.expect(
      `${name}: the bytes of an undisturbed one`,
      cut.bytes.slice(0, 40),
      cut.bytes === calm.bytes,
    );
  }
  await release.install({ training: { settings: { CHECKPOINT_STEPS: '1' } } });
  await release.ready(['training']);
};

/** A worker that is told to stop loses the step under way; one that is killed what was not kept. */
function tellSteps(checks: Context['checks'], name: string, again: number): void {
  if (name === 'deleted') checks.expect('deleted: steps taken again', again, again <= 1);
  else checks.figure(`${name}: steps taken again`, again);
}

interface Trained {
  readonly seconds: number;
  /** The longest time between two steps. */
  readonly pause: number;
  readonly again: number;
  readonly bytes: string;
}

/** @param flags how the pod is deleted in the middle; absent: it is not. */
async function train(
  { kubectl }: Release,
  client: LetheClient,
  file: string,
  flags?: readonly string[],
): Promise<Trained> {
  const started = performance.now();
  const { id } = await client.createJob(requestOn(file));
  let [steps, most, again, pause, stepped, cut] = [0, 0, 0, 0, performance.now(), false];
  const { found: job } = await until('the job ends', JOB_MS, async () => {
    const seen = await client.job(id);
    const now = stepOf(seen);
    if (now < steps) again = Math.max(again, most - now + 1);
    if (now !== steps)
      [pause, stepped] = [Math.max(pause, secondsSince(stepped)), performance.now()];
    [steps, most] = [now, Math.max(most, now)];
    if (flags && !cut && steps >= AT) {
      cut = true;
      const [pod] = await podsOf(kubectl, 'training');
      await kubectl.run(['delete', 'pod', pod?.metadata.name ?? '', '--wait=false', ...flags]);
    }
    return isOver(seen) ? seen : undefined;
  });
  const { tokens: _, ...files } = await readResult(client, job);
  return { seconds: secondsSince(started), pause, again, bytes: JSON.stringify(files) };
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

/** As far as training was told to have come. */
const stepOf = ({ stages }: Job): number => stages.find(({ name }) => name === 'train')?.done ?? 0;
