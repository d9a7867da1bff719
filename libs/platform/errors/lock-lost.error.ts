// The reason a job's signal is aborted with when the queue may have given the job to another
// worker.

import { Failure } from '#failure/failure.js';

export class LockLostError extends Failure {
  static {
    this.define('lock-lost', { permanent: false });
  }

  constructor() {
    super('the lock on the job was lost');
  }
}
