// The worker thread of a run: talks to training.ts by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { type FailureData, toData } from '#failure/failure-data.js';
import { runTraining } from './trainer.js';
import type { TrainOptions, TrainProgress, TrainResult } from './training-options.js';

export interface WorkerTask {
  readonly options: TrainOptions;
  readonly resumeFrom?: Uint8Array;
  /** One shared int: not zero once the run is to stop. */
  readonly stop: SharedArrayBuffer;
}
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: TrainProgress }
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly result: TrainResult }
  | { readonly type: 'failed'; readonly failure: FailureData };

const port = parentPort!;
const { options, resumeFrom, stop } = workerData as WorkerTask;
const flag = new Int32Array(stop);
const post = (message: WorkerMessage, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

try {
  const result = await runTraining(options, {
    ...(resumeFrom ? { resumeFrom } : {}),
    checkAbort: () => {
      if (Atomics.load(flag, 0) !== 0) throw new DOMException('training was stopped', 'AbortError');
    },
    onProgress: (progress) => post({ type: 'progress', progress }),
    onCheckpoint: async (step, bytes) => {
      const stored = new Promise<void>((resolve) => port.once('message', () => resolve()));
      post({ type: 'checkpoint', step, bytes }, [bytes.buffer as ArrayBuffer]);
      await stored;
    },
  });
  const weights = [...(result.weights?.values() ?? [])].map(
    ({ data }) => data.buffer as ArrayBuffer,
  );
  post({ type: 'done', result }, weights);
} catch (error) {
  post({ type: 'failed', failure: toData(error) });
}
