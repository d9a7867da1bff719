// Replicas of a run: copies of the model on threads of their own, among which a step's units are
// divided (data parallelism). Two cores that each take half of the units do not wait for each other
// in every product, nor read what the other has cached.

import { zip } from '#collections/zip.js';
import type { TensorData } from '#models/types.js';
import { Thread } from '#thread/thread.js';
import type { Unit } from '../examples/step-examples.js';
import { addTo } from '../optimizer/vector.js';
import type { ParameterStore } from './parameters.js';
import type { ReplicaProtocol } from './replica-protocol.js';
import type { GradientPart, Runner, StepLosses } from './step-runner.js';

/** Its thread starts at once, as it takes as long as a plan of the run. */
export const startReplica = (): Thread<ReplicaProtocol> =>
  new Thread(new URL('./replica-worker.js', import.meta.url), 'replica', undefined);

/**
 * Takes steps with this thread's session and its replicas' at the same time; gradients and losses
 * are their sums.
 */
export class ReplicatedRunner implements Runner {
  readonly gradients: Float32Array;
  private readonly values: Float32Array;
  private readonly parts: readonly Float32Array[];

  constructor(
    private readonly own: Runner,
    private readonly store: ParameterStore,
    private readonly replicas: readonly Thread<ReplicaProtocol>[],
  ) {
    const shared = (): Float32Array =>
      new Float32Array(new SharedArrayBuffer(store.values.byteLength));
    this.gradients = own.gradients;
    this.values = shared();
    this.parts = replicas.map(shared);
  }

  gradientsOf(part: GradientPart): Map<string, TensorData> {
    return this.own.gradientsOf(part);
  }

  async run(
    step: number,
    units: readonly Unit[],
    state: Readonly<Record<string, number>>,
    betweenPasses: () => void,
  ): Promise<StepLosses> {
    this.values.set(this.store.values);
    const others = zip(this.replicas, this.parts).map(([replica, gradients]) =>
      replica.call('take', { step, units, state, values: this.values, gradients }),
    );
    const losses = await Promise.all([this.own.run(step, units, state, betweenPasses), ...others]);
    for (const part of this.parts) addTo(this.gradients, part);
    return losses.reduce(sumLosses);
  }
}

const sumLosses = (a: StepLosses, b: StepLosses): StepLosses =>
  Object.fromEntries(
    Object.entries(a).map(([name, loss]) => [name, loss + b[name as keyof StepLosses]]),
  ) as unknown as StepLosses;
