// A result that is no number: a model or an adapter whose weights are no numbers, or overflow.

import { Failure } from '#failure/failure.js';

export class DamagedWeightsError extends Failure {
  static {
    this.define('damaged-weights', { permanent: true });
  }

  /** @param finding what was found, such as "the largest logit is NaN". */
  constructor(finding: string) {
    super(`${finding}: the weights of the model or of its adapter are damaged`);
  }
}
