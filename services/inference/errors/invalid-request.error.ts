// A call whose fields do not fit; the message names the field and what was expected.

import { Failure } from '#failure/failure.js';

export class InvalidRequestError extends Failure {
  static {
    this.define('invalid-request', { permanent: true });
  }
}
