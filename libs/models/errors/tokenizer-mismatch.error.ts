// A tokenizer that can produce ids for which the model has no embedding.

import { Failure } from '#failure/failure.js';

export class TokenizerMismatchError extends Failure {
  static {
    this.define('tokenizer-mismatch', { permanent: true });
  }

  constructor(model: string, highestId: number, vocabSize: number) {
    super(
      `the tokenizer of ${model} does not fit its weights: it has ids up to ${highestId}, ` +
        `the weights know ${vocabSize} tokens (ids up to ${vocabSize - 1})`,
    );
  }
}
