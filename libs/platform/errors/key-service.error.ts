// The service that keeps the root key is away, or refuses. It may answer later.

import { Failure } from '#failure/failure.js';

export class KeyServiceError extends Failure {
  static {
    this.define('key-service', { permanent: false });
  }
}
