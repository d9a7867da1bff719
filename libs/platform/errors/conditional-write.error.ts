// An S3 server that replaces an object which it was told to keep: it knows no conditional writes,
// and would replace keys in use.

import { Failure } from '#failure/failure.js';

export class ConditionalWriteError extends Failure {
  static {
    this.define('conditional-write', { permanent: true });
  }

  constructor() {
    super(
      'the S3 server replaces what it was told to keep: expected one with conditional writes (If-None-Match)',
    );
  }
}
