// The reason a job's signal is aborted with when one try took longer than the catalog allows.

import { Failure } from '#failure/failure.js';

export class JobTimeoutError extends Failure {
  static {
    this.define('job-timeout', { permanent: false });
  }

  constructor(queue: string, milliseconds: number) {
    super(`${queue} took longer than ${milliseconds / 1000} s`);
  }
}
