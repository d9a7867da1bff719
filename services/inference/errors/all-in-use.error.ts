// Every place of a bounded cache is taken by something that is being used.

import { Failure } from '#failure/failure.js';

export class AllInUseError extends Failure {
  static {
    this.define('all-in-use', { permanent: false });
  }
}
