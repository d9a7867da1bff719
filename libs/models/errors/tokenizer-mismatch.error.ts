// A tokenizer that can produce ids for which the model has no embedding.

export class TokenizerMismatchError extends Error {
  override readonly name = 'TokenizerMismatchError';

  constructor(model: string, highestId: number, vocabSize: number) {
    super(
      `the tokenizer of ${model} does not fit its weights: it has ids up to ${highestId}, ` +
        `the weights know ${vocabSize} tokens (ids up to ${vocabSize - 1})`,
    );
  }
}
