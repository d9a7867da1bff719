// A text that is too long for the model whatever its tokens are.

import { Failure } from '#failure/failure.js';

/** The message names the length and the limit. */
export class PromptLengthError extends Failure {
  static {
    this.define('prompt-length', { permanent: true });
  }
}
