// A key that is there and cannot be unwrapped: damaged, or wrapped by a root key that this process
// does not have. Permanent: whoever runs the platform must bring the right root key first.

import { Failure } from '#failure/failure.js';

export class UnreadableKeyError extends Failure {
  static {
    this.define('unreadable-key', { permanent: true });
  }
}
