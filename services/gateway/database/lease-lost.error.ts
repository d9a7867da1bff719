// The task has gone to another gateway, or may go to it at any moment.

import { Failure } from '#failure/failure.js';

export class LeaseLostError extends Failure {
  static {
    this.define('lease-lost', { permanent: false });
  }

  constructor(lease: string) {
    super(`this gateway no longer holds the lease '${lease}'`);
  }
}
