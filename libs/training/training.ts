// Training as the rest of the project sees it: a promise, with the work in a thread of its own.
import { Worker } from 'node:worker_threads';
import { revive } from '#failure/failure-data.js';
import { checkChoices } from './check-choices.js';
import type { TrainHooks, TrainOptions, TrainResult } from './training-options.js';
import type { WorkerMessage, WorkerTask } from './training-worker.js';

/**
 * Trains and returns an adapter (composed with the parent's, so that it fits the base model) or
 * weights. Same options, data and threads give the same bytes, resumed or not.
 * @throws TrainingError for options or rows that cannot be trained, CheckpointMismatchError for a
 * foreign `resumeFrom`, the signal's reason once it aborts (the step under way is lost).
 */
export async function train(options: TrainOptions, hooks: TrainHooks = {}): Promise<TrainResult> {
  hooks.signal?.throwIfAborted();
  checkChoices(options);
  const task: WorkerTask = {
    options,
    ...(hooks.resumeFrom ? { resumeFrom: hooks.resumeFrom } : {}),
    stop: new SharedArrayBuffer(4),
  };
  const worker = new Worker(new URL('./training-worker.js', import.meta.url), { workerData: task });
  const abort = (): void => void Atomics.store(new Int32Array(task.stop), 0, 1);
  hooks.signal?.addEventListener('abort', abort, { once: true });
  try {
    return await outcome(worker, hooks);
  } finally {
    hooks.signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function outcome(worker: Worker, hooks: TrainHooks): Promise<TrainResult> {
  return new Promise((resolve, reject) => {
    const handle = async (message: WorkerMessage): Promise<void> => {
      switch (message.type) {
        case 'progress':
          return hooks.onProgress?.(message.progress);
        case 'checkpoint':
          await hooks.onCheckpoint?.(message);
          return worker.postMessage('stored', []);
        case 'done':
          return resolve(message.result);
        case 'failed':
          // At once and not by a rejected promise: the thread's exit may follow in the same turn of
          // the event loop.
          return reject(hooks.signal?.aborted ? hooks.signal.reason : revive(message.failure));
      }
    };
    worker.on('message', (message: WorkerMessage) => void handle(message).catch(reject));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)));
  });
}
