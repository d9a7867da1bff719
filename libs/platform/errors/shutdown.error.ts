// The reason a job's signal is aborted with when its process is about to end.

import { Failure } from '#failure/failure.js';

export class ShutdownError extends Failure {
  static {
    this.define('shutdown', { permanent: false });
  }

  constructor() {
    super('the process is shutting down');
  }
}
