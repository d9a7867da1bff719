// What a run asks of its replicas' threads.

import type { EncodedExample } from '#models/text/encode-example.js';
import type { Call } from '#thread/protocol.js';
import type { Rank } from '../examples/example-groups.js';
import type { Unit } from '../examples/step-examples.js';
import type { SideName } from '../objectives/side.js';
import type { TrainOptions } from '../training-options.js';
import type { StepLosses } from './step-runner.js';

export interface ReplicaPart {
  readonly rank: Rank;
  /** Whether weights stay in 16 bits. */
  readonly halfWeights: boolean;
  /** Where a replica keeps its weights in 8 bits until it is open. */
  readonly folder: string | undefined;
}

export interface ReplicaTask {
  /** Without examples. */
  readonly options: TrainOptions;
  readonly examples: Readonly<Record<SideName, readonly EncodedExample[]>>;
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
export interface ReplicaProtocol {
  readonly start: undefined;
  readonly calls: {
    /** Comes to the seconds from its weights in memory to ready. */
    readonly open: Call<ReplicaTask, number>;
    readonly take: Call<StepTask, StepLosses>;
  };
}
