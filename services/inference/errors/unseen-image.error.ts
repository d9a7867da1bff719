// A picture that a call names and that is not kept: it is to be brought.

import { Failure } from '#failure/failure.js';

export class UnseenImageError extends Failure {
  static {
    this.define('unseen-image', { permanent: true });
  }

  /** @param index of the conversation's pictures. */
  constructor(index: number) {
    super(`images[${index}]: it is not kept here`);
  }
}
