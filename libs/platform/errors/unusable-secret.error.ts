// A secret that a process was pointed to and cannot use: missing, malformed, or readable by others.

import { Failure } from '#failure/failure.js';

export class UnusableSecretError extends Failure {
  static {
    this.define('unusable-secret', { permanent: true });
  }
}
