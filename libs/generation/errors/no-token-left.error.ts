// A request whose rules together forbid every token.

import { Failure } from '#failure/failure.js';

export class NoTokenLeftError extends Failure {
  static {
    this.define('no-token-left', { permanent: true });
  }

  constructor() {
    super('no token may come next: what is allowed and what is forbidden leave none');
  }
}
