// A prompt that leaves no room for an answer within the model's context.

import { Failure } from '#failure/failure.js';

export class ContextLengthError extends Failure {
  static {
    this.define('context-length', { permanent: true });
  }

  constructor(promptTokens: number, maxContext: number) {
    super(
      `the prompt has ${promptTokens} tokens, the context holds ${maxContext} with the answer's`,
    );
  }
}
