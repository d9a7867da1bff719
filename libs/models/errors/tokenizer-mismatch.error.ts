// A tokenizer that can produce ids for which the model has no embedding.

import { Failure } from '#failure/failure.js';

export class TokenizerMismatchError extends Failure {
  static {
    this.define('tokenizer-mismatch', { permanent: true });
  }

  /** @param id of a token */
  constructor(model: string, id: number, vocabSize: number) {
    super(
      `the tokenizer of ${model} does not fit its weights: it gives the id ${id}, ` +
        `the weights know ${vocabSize} tokens (ids up to ${vocabSize - 1})`,
    );
  }
}
