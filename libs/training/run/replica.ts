// Replicas of a run: copies of the model on threads of their own, among which a step's units are
// divided (data parallelism). Two cores that each take half of the units do not wait for each other
// in every product, nor read what the other has cached.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { revive } from '#failure/failure-data.js';
import type { TensorData } from '#models/types.js';
import { addTo } from '../optimizer/vector.js';
import type { Unit } from '../rows/row-set.js';
import type { ParameterStore } from './parameters.js';
import type { ReplicaMessage, ReplicaTask, StepTask } from './replica-messages.js';
import type { GradientPart, Runner, StepLosses } from './step-runner.js';

export class Replica {
  /** Its thread starts at once, as it takes as long as a plan of the run. */
  private readonly worker = new Worker(new URL('./replica-worker.js', import.meta.url));

  /** @returns seconds from its weights in memory to ready. @throws what opening the run throws */
  async open(task: ReplicaTask): Promise<number> {
    return (await this.ask(task, 'ready')).startSeconds;
  }

  async take(task: StepTask): Promise<StepLosses> {
    return (await this.ask(task, 'taken')).losses;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async ask<T extends ReplicaMessage['type']>(
    task: ReplicaTask | StepTask,
    type: T,
  ): Promise<ReplicaMessage & { type: T }> {
    this.worker.postMessage(task, []);
    const message = await this.answer();
    if (message.type === 'failed') throw revive(message.failure);
    if (message.type !== type)
      throw new Error(`a replica answered ${message.type}, expected ${type}`);
    return message as ReplicaMessage & { type: T };
  }

  private async answer(): Promise<ReplicaMessage> {
    const done = new AbortController();
    const { signal } = done;
    const message = once(this.worker, 'message', { signal }) as Promise<[ReplicaMessage]>;
    const ended = once(this.worker, 'exit', { signal }).then(([code]) =>
      Promise.reject(new Error(`a replica's thread ended with code ${code}`)),
    );
    try {
      return (await Promise.race([message, ended]))[0];
    } finally {
      done.abort();
      await Promise.allSettled([message, ended]);
    }
  }
}

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
    private readonly replicas: readonly Replica[],
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
    betweenRuns: () => void,
  ): Promise<StepLosses> {
    this.values.set(this.store.values);
    const others = this.replicas.map((replica, i) =>
      replica.take({ step, units, state, values: this.values, gradients: this.parts[i]! }),
    );
    const losses = await Promise.all([this.own.run(step, units, state, betweenRuns), ...others]);
    for (const part of this.parts) addTo(this.gradients, part);
    return losses.reduce(sumLosses);
  }
}

const sumLosses = (a: StepLosses, b: StepLosses): StepLosses =>
  Object.fromEntries(
    Object.entries(a).map(([name, loss]) => [name, loss + b[name as keyof StepLosses]]),
  ) as unknown as StepLosses;
