// Raised where training is to be resumed from a checkpoint that is damaged or of another run.

import { Failure } from '#failure/failure.js';

export class CheckpointMismatchError extends Failure {
  static {
    this.define('checkpoint-mismatch', { permanent: true });
  }
}
