// An adapter that does not exist: its requests are refused, never answered by the base model.

import { Failure } from '#failure/failure.js';

export class UnknownAdapterError extends Failure {
  static {
    this.define('unknown-adapter', { permanent: true });
  }

  constructor(adapter: string, cause?: unknown) {
    super(`unknown adapter "${adapter}"`, { cause });
  }
}
