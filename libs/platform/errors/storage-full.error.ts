// The disk (or the quota) behind the artifacts is full. Permanent: whoever runs the platform must
// make room first.
import { PermanentError } from './permanent.error.js';

export class StorageFullError extends PermanentError {
  override readonly name = 'StorageFullError';
  constructor(cause?: unknown) {
    super('the artifact storage is full; free some space and start the job again');
    this.cause = cause;
  }
}
