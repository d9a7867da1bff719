// A stream that ran past the size its receiver allows.

import { Failure } from '#failure/failure.js';

export class ArtifactTooLargeError extends Failure {
  static {
    this.define('artifact-too-large', { permanent: true });
  }

  constructor(maxBytes: number) {
    super(`larger than the ${maxBytes} bytes allowed`);
  }
}
