// A receipt that proves nothing: not signed by a known key, changed, or not of the log it names.

import { Failure } from '#failure/failure.js';

export class UnverifiedReceiptError extends Failure {
  static {
    this.define('unverified-receipt', { permanent: true });
  }

  constructor(readonly reason: string) {
    super(`the receipt is not verified: ${reason}`);
  }
}
