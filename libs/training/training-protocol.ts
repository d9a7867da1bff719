// What training asks of its thread.

import type { Call } from '#thread/protocol.js';
import type { TrainOptions, TrainProgress, TrainResult } from './training-options.js';

export interface TrainTask {
  readonly options: TrainOptions;
  readonly resumeFrom: Uint8Array | undefined;
  /** For temporary files; absent: the system's. */
  readonly folder: string | undefined;
}

/** The run goes on when its checkpoint is stored. */
export type TrainEvent =
  | { readonly type: 'progress'; readonly progress: TrainProgress }
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: Uint8Array };

export interface TrainingProtocol {
  readonly start: undefined;
  readonly calls: {
    readonly train: Call<TrainTask, TrainResult, TrainEvent>;
    /** Ends the run between two passes, with a checkpoint. */
    readonly leave: Call<undefined, undefined>;
  };
}
