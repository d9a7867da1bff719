// A conversation that a model's chat template does not take, such as a system message where the
// model knows none.

import { Failure } from '#failure/failure.js';

/**
 * The message names the model and says what its template said, who may quote the conversation; the
 * public one, only what is written so in the template itself.
 */
export class ConversationError extends Failure {
  static {
    this.define('conversation', { permanent: true });
  }
}
