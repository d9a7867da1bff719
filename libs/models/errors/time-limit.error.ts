// Something of a model that takes too long: a pattern of its that backtracks, most often.

import { Failure } from '#failure/failure.js';

export class TimeLimitError extends Failure {
  static {
    this.define('time-limit', { permanent: true });
  }

  /** @param what as in "the tokenizer takes the prompt longer than 5 s". */
  constructor(what: string, ms: number) {
    super(`${what} longer than ${ms / 1000} s`);
  }
}
