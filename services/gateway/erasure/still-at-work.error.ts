// A worker still has a stage of a job that is to be erased.

import { Failure } from '#failure/failure.js';

export class StillAtWorkError extends Failure {
  static {
    this.define('still-at-work', { permanent: false });
  }

  constructor(jobId: string) {
    super(`a worker is still at the job ${jobId}`);
  }
}
