// Sealed text that was changed, moved, or sealed by another key.

import { Failure } from '#failure/failure.js';

export class UnreadableTextError extends Failure {
  static {
    this.define('unreadable-text', { permanent: true });
  }

  constructor(place: string) {
    super(`the text at ${place} cannot be read: it was changed, or sealed by another key`);
  }
}
