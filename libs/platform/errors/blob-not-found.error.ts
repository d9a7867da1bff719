// A key that a blob store has nothing under, or has no longer: its folder may have been deleted
// while it was written.

import { Failure } from '#failure/failure.js';

export class BlobNotFoundError extends Failure {
  static {
    this.define('blob-not-found', { permanent: true });
  }

  constructor(key: string, cause?: unknown) {
    super(`nothing is stored under ${key}`, { cause });
  }
}
