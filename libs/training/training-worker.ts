// The worker thread of a run: training.ts calls it.

import { serve } from '#thread/serve.js';
import type { ServedCall } from '#thread/served-call.js';
import { LeftError } from './errors/left.error.js';
import { runTraining } from './trainer.js';
import type { TrainResult } from './training-options.js';
import type { TrainEvent, TrainingProtocol, TrainTask } from './training-protocol.js';

/** A thread has one run. */
let isLeaving = false;

async function train(
  { options, resumeFrom, folder }: TrainTask,
  call: ServedCall<TrainEvent>,
): Promise<TrainResult> {
  const result = await runTraining(options, {
    resumeFrom,
    folder,
    checkAbort: () => {
      call.signal.throwIfAborted();
      if (isLeaving) throw new LeftError();
    },
    onProgress: (progress) => call.emit({ type: 'progress', progress }),
    onCheckpoint: (step, bytes) =>
      call.deliver({ type: 'checkpoint', step, bytes }, [bytes.buffer as ArrayBuffer]),
  });
  call.move([...(result.weights?.values() ?? [])].map(({ data }) => data.buffer as ArrayBuffer));
  return result;
}

function leave(): undefined {
  isLeaving = true;
}

await serve<TrainingProtocol>(() => ({ calls: { train, leave } }));
