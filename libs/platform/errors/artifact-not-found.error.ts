// Bytes or a reference that the tenant does not have.

import { Failure } from '#failure/failure.js';

export class ArtifactNotFoundError extends Failure {
  static {
    this.define('artifact-not-found', { permanent: true });
  }

  constructor(artifact: string) {
    super(`no artifact ${artifact}`);
  }
}
