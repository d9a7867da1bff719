// Stored bytes that no longer match their address.

import { Failure } from '#failure/failure.js';

export class CorruptArtifactError extends Failure {
  static {
    this.define('corrupt-artifact', { permanent: true });
  }

  constructor(hash: string) {
    super(`artifact ${hash} is damaged: its bytes do not match its address`);
  }
}
