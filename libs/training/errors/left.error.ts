// Raised between two passes where a run is to be gone on with elsewhere.

import { Failure } from '#failure/failure.js';

export class LeftError extends Failure {
  static {
    this.define('left', { permanent: false });
  }

  constructor() {
    super('the run was left with a checkpoint');
  }
}
