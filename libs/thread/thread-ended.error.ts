// A thread that is gone: it was closed, it crashed, or it left by itself.

import { Failure } from '#failure/failure.js';

/** The message names the thread. */
export class ThreadEndedError extends Failure {
  static {
    this.define('thread-ended', { permanent: false });
  }
}
