// More calls than the service lets wait.

import { Failure } from '#failure/failure.js';

export class BusyError extends Failure {
  static {
    this.define('busy', { permanent: false });
  }
}
