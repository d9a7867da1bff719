// A limit of time on work that waits for nothing, for what comes with a model: only V8 can stop a
// pattern that backtracks.

import { Script } from 'node:vm';
import { TimeLimitError } from '../errors/time-limit.error.js';

const NAME = 'lethe_work';
const call = new Script(`${NAME}()`);

/**
 * Costs a tenth of a millisecond: not for every small piece of work.
 * @param what as in "the tokenizer takes the prompt", for the error.
 * @throws TimeLimitError where the work takes longer; what the work throws
 */
export function within<R>(ms: number, what: string, work: () => R): R {
  Object.assign(globalThis, { [NAME]: work });
  try {
    return call.runInThisContext({ timeout: ms }) as R;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new TimeLimitError(what, ms) : error;
  }
}
