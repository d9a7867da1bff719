// A prompt over which a tokenizer or a chat template takes too long: a pattern of theirs backtracks.

import { Failure } from '#failure/failure.js';

export class EncodingTimeError extends Failure {
  static {
    this.define('encoding-time', { permanent: true });
  }

  constructor(ms: number) {
    super(`the prompt takes the model's tokenizer longer than ${ms / 1000} s`);
  }
}
