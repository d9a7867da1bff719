// A job without something to work on: what it names is gone, or a stage before it left nothing.

import { Failure } from '#failure/failure.js';

export class MissingInputError extends Failure {
  static {
    this.define('missing-input', { permanent: true });
  }
}
