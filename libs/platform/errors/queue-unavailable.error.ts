// The queue cannot be reached: callers answer 503 or try again later.

import { Failure } from '#failure/failure.js';

export class QueueUnavailableError extends Failure {
  static {
    this.define('queue-unavailable', { permanent: false });
  }

  constructor(cause?: unknown) {
    super('the job queue (Redis) is not reachable', { cause });
  }
}
