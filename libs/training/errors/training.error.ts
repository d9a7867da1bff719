// Raised where a run cannot start: options that contradict each other, examples that do not fit.

import { Failure } from '#failure/failure.js';

export class TrainingError extends Failure {
  static {
    this.define('training', { permanent: true });
  }
}
