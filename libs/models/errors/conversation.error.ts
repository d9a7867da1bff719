// A conversation that a model's chat template does not take, such as a system message where the
// model knows none.

/** The message names the model and says what its template said. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';
}
