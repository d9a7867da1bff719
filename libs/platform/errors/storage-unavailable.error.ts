// The disk or the server behind the artifacts does not answer, or not as it should. Its own words
// stay in the cause.

import { Failure } from '#failure/failure.js';

export class StorageUnavailableError extends Failure {
  static {
    this.define('storage-unavailable', { permanent: false });
  }

  constructor(cause?: unknown) {
    super('the artifact storage is unavailable', { cause });
  }
}
