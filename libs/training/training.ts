// Training as the rest of the project sees it: a promise, with the work in a thread of its own.

import { rm } from 'node:fs/promises';
import '#runtime/no-telemetry.js';
import { Thread } from '#thread/thread.js';
import { checkChoices } from './check-choices.js';
import { LeftError } from './errors/left.error.js';
import { makeRunFolder } from './run-folder.js';
import type { TrainHooks, TrainOptions, TrainResult } from './training-options.js';
import type { TrainEvent, TrainingProtocol } from './training-protocol.js';

/**
 * Trains and returns an adapter (composed with the parent's, so that it fits the base model) or
 * weights. Same options, data and threads give the same bytes, resumed or not.
 * @throws TrainingError for options or examples that cannot be trained, CheckpointMismatchError for
 * a foreign `resumeFrom`, the signal's or `leaving`'s reason once it aborts (the step under way is
 * lost).
 */
export async function train(
  options: TrainOptions,
  { signal, leaving, onProgress, onCheckpoint, resumeFrom }: TrainHooks = {},
): Promise<TrainResult> {
  signal?.throwIfAborted();
  leaving?.throwIfAborted();
  checkChoices(options);
  const folder = options.precision === 'int8' ? await makeRunFolder() : undefined;
  const thread = new Thread<TrainingProtocol>(
    new URL('./training-worker.js', import.meta.url),
    'training',
    undefined,
  );
  const onEvent = (event: TrainEvent): void | Promise<void> =>
    event.type === 'progress' ? onProgress?.(event.progress) : onCheckpoint?.(event);
  // Where the thread is gone, so is what was to be left.
  const leave = (): void => void thread.call('leave', undefined).catch(() => {});
  leaving?.addEventListener('abort', leave, { once: true });
  try {
    return await thread.call('train', { options, resumeFrom, folder }, { signal, onEvent });
  } catch (error) {
    throw LeftError.isInstance(error) ? leaving?.reason : error;
  } finally {
    leaving?.removeEventListener('abort', leave);
    await thread.close();
    // The thread may have been ended while it had files there.
    if (folder) await rm(folder, { recursive: true });
  }
}
