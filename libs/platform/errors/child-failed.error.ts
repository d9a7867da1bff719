// A job that one of its children failed; the reason is the child's.

import { Failure } from '#failure/failure.js';

/** Permanent: the child has had its own tries. */
export class ChildFailedError extends Failure {
  static {
    this.define('child-failed', { permanent: true });
  }
}
