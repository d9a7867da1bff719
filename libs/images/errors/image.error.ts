// A picture that cannot be used: damaged, too large, or of a kind that is not read here.

import { Failure } from '#failure/failure.js';

/** The message says what was wrong and what was expected; it quotes nothing of the file. */
export class ImageError extends Failure {
  static {
    this.define('image', { permanent: true });
  }
}
