// A bucket that a process was told to use and cannot: missing, forbidden, or out of reach.

import { Failure } from '#failure/failure.js';

export class UnusableBucketError extends Failure {
  static {
    this.define('unusable-bucket', { permanent: false });
  }

  constructor(bucket: string, cause: unknown) {
    super(`the bucket "${bucket}" cannot be used: ${(cause as Error).message}`, { cause });
  }
}
