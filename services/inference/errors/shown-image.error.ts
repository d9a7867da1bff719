// A picture of a call that cannot be used, or that is not there.

import { Failure } from '#failure/failure.js';

export class ShownImageError extends Failure {
  static {
    this.define('shown-image', { permanent: true });
  }

  /** @param index of the conversation's pictures. */
  constructor(index: number, reason: string, cause?: unknown) {
    super(`images[${index}]: ${reason}`, { cause });
  }
}
