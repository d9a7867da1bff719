// A model's files that cannot be used: truncated, corrupt, or of a kind this engine does not run.

import { Failure } from '#failure/failure.js';

/** The message is one sentence that names the file, the tensor or key, and what was expected. */
export class CheckpointError extends Failure {
  static {
    this.define('checkpoint', { permanent: true });
  }
}
