// A prompt that leaves no room for an answer within the model's context.

export class ContextLengthError extends Error {
  override readonly name = 'ContextLengthError';

  constructor(
    readonly promptTokens: number,
    readonly maxContext: number,
  ) {
    super(
      `the prompt has ${promptTokens} tokens, the context holds ${maxContext} with the answer's`,
    );
  }
}
