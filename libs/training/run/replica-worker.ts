// The thread of a replica: opens the run as its own, and takes its share of each step that
// replica.ts sends.
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import type { EncodedRow } from '#models/text/encode-row.js';
import type { SideName } from '../objectives/side.js';
import type { Unit } from '../rows/row-set.js';
import type { TrainOptions } from '../training-options.js';
import { openReplica, type ReplicaPart } from './open-run.js';
import type { StepLosses } from './step-runner.js';
import { planTraining } from './training-model.js';

export interface ReplicaTask {
  /** Without rows. */
  readonly options: TrainOptions;
  readonly rows: Readonly<Record<SideName, readonly EncodedRow[]>>;
  readonly part: ReplicaPart;
}
export interface StepTask {
  readonly step: number;
  readonly units: readonly Unit[];
  readonly state: Readonly<Record<string, number>>;
  /** Over shared memory: what is trained, and where its gradients go. */
  readonly values: Float32Array;
  readonly gradients: Float32Array;
}
export type ReplicaMessage =
  | { readonly type: 'ready'; readonly startSeconds: number }
  | { readonly type: 'taken'; readonly losses: StepLosses }
  | { readonly type: 'failed'; readonly name: string; readonly message: string };

const port = parentPort!;
const post = (message: ReplicaMessage): void => port.postMessage(message);
const fail = ({ name, message }: Error): void => post({ type: 'failed', name, message });

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
  fail(error as Error);
}
