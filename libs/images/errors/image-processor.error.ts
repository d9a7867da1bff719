// A model's description of how pictures are prepared that is not understood, or contradicts itself.

import { Failure } from '#failure/failure.js';

/** The message names the file, the field, its value, and what was expected. */
export class ImageProcessorError extends Failure {
  static {
    this.define('image-processor', { permanent: true });
  }
}
