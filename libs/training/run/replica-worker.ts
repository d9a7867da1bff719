// The thread of a replica: opens the run as its own, and takes its share of each step that
// replica.ts sends.
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { toData } from '#failure/failure-data.js';
import { openReplica } from './open-run.js';
import type { ReplicaMessage, ReplicaTask, StepTask } from './replica-messages.js';
import { planTraining } from './training-model.js';

const port = parentPort!;
const post = (message: ReplicaMessage): void => port.postMessage(message);
const fail = (error: unknown): void => post({ type: 'failed', failure: toData(error) });

try {
  const [{ options, rows, part }] = (await once(port, 'message')) as [ReplicaTask];
  const { runner, store, startSeconds } = await openReplica(
    options,
    await planTraining(options, rows),
    part,
  );
  const take = async ({ step, units, state, values, gradients }: StepTask): Promise<void> => {
    store.values.set(values);
    const losses = await runner.run(step, units, state, () => {});
    gradients.set(runner.gradients);
    post({ type: 'taken', losses });
  };
  port.on('message', (task: StepTask) => void take(task).catch(fail));
  post({ type: 'ready', startSeconds });
} catch (error) {
  fail(error);
}
