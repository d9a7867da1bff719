// An artifact that was named as an adapter and is none, is damaged, or is one of another model.

import { Failure } from '#failure/failure.js';

export class UnusableAdapterError extends Failure {
  static {
    this.define('unusable-adapter', { permanent: true });
  }
}
