// A base model that is in none of the model folders.

import { Failure } from '#failure/failure.js';
import { told } from './told.js';

export class UnknownModelError extends Failure {
  static {
    this.define('unknown-model', { permanent: true });
  }

  constructor(model: string, known: readonly string[]) {
    super(`unknown model ${told(model)}; known: ${known.length ? known.join(', ') : 'none'}`);
  }
}
