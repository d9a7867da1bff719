// A limit of time on work that waits for nothing, for what comes with a model: only V8 can stop a
// pattern that backtracks.

import { Script } from 'node:vm';
import { TimeLimitError } from '../errors/time-limit.error.js';
import { threadTime } from './thread-time.js';

const NAME = 'lethe_work';
const call = new Script(`${NAME}()`);

/** Of a limit: who has worked for so much of it, by V8's clock, has worked for all of it. */
const MOST = 0.75;

/**
 * V8 counts the time that passes, which on a busy machine is little work: then the work begins anew,
 * with twice the time. Costs a tenth of a millisecond: not for every small piece of work.
 * @param what as in "the tokenizer takes the prompt", for the error.
 * @param work changes nothing.
 * @throws TimeLimitError where the work takes longer; what the work throws
 */
export function within<R>(ms: number, what: string, work: () => R): R {
  Object.assign(globalThis, { [NAME]: work });
  for (let timeout = ms; ; timeout *= 2) {
    const begun = threadTime();
    try {
      return call.runInThisContext({ timeout }) as R;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      if (threadTime() - begun >= ms * MOST) throw new TimeLimitError(what, ms);
    }
  }
}
