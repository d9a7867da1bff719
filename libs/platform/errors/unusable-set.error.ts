// A data set that cannot be read, or with nothing in it to work on.

import { Failure } from '#failure/failure.js';

/** The message names the set, the line and the field, and quotes no text. */
export class UnusableSetError extends Failure {
  static {
    this.define('unusable-set', { permanent: true });
  }
}
