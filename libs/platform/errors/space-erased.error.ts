// A space that has no key: it was erased, or was never made. What it held can be read by nobody.

import { Failure } from '#failure/failure.js';

export class SpaceErasedError extends Failure {
  static {
    this.define('space-erased', { permanent: true });
  }

  constructor(space: string) {
    super(`the space ${space} is erased: it has no key`);
  }
}
