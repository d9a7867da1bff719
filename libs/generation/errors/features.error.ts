// Features of images that do not fit their prompt or the model.

import { Failure } from '#failure/failure.js';

export class FeaturesError extends Failure {
  static {
    this.define('features', { permanent: true });
  }
}
