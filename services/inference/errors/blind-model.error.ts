// A picture was shown to a model that has no eyes.

import { Failure } from '#failure/failure.js';

export class BlindModelError extends Failure {
  static {
    this.define('blind-model', { permanent: true });
  }

  constructor(base: string) {
    super(`model "${base}" cannot be shown pictures`);
  }
}
