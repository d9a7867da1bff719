// The reason a job's signal is aborted with when its owner cancelled it.

import { Failure } from '#failure/failure.js';

/** `failedReason` of a job that was cancelled. */
export const CANCELLED = 'cancelled';

export class CancelledError extends Failure {
  static {
    this.define('cancelled', { permanent: true });
  }

  constructor() {
    super(CANCELLED);
  }
}
