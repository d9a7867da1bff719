// The disk (or the quota) behind the artifacts is full. Permanent: whoever runs the platform must
// make room first.

import { Failure } from '#failure/failure.js';

export class StorageFullError extends Failure {
  static {
    this.define('storage-full', { permanent: true });
  }

  constructor(cause?: unknown) {
    super('the artifact storage is full; free some space and start the job again', { cause });
  }
}
