// The thread of a replica: opens the run as its own, and takes its share of each step that
// replica.ts sends.

import { serve } from '#thread/serve.js';
import { openReplica, type Run } from './open-run.js';
import type { ReplicaProtocol, ReplicaTask, StepTask } from './replica-protocol.js';
import type { StepLosses } from './step-runner.js';
import { planTraining } from './training-model.js';

let run: Run | undefined;

async function open({ options, examples, part }: ReplicaTask): Promise<number> {
  run = await openReplica(options, await planTraining(options, examples), part);
  return run.startSeconds;
}

async function take({ step, units, state, values, gradients }: StepTask): Promise<StepLosses> {
  if (!run) throw new Error('the replica is not open');
  run.store.values.set(values);
  const losses = await run.runner.run(step, units, state, () => {});
  gradients.set(run.runner.gradients);
  return losses;
}

await serve<ReplicaProtocol>(() => ({ calls: { open, take } }));
