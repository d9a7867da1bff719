// A limit of time on work that waits for nothing. Only V8 can stop a pattern that backtracks.

import { Script } from 'node:vm';
import { EncodingTimeError } from '../errors/encoding-time.error.js';

const NAME = 'lethe_work';
const call = new Script(`${NAME}()`);

/** @throws EncodingTimeError where the work takes longer; what the work throws */
export function within<R>(ms: number, work: () => R): R {
  Object.assign(globalThis, { [NAME]: work });
  try {
    return call.runInThisContext({ timeout: ms }) as R;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new EncodingTimeError(ms) : error;
  }
}
