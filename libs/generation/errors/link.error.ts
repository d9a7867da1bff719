// Paths of a link that cannot be followed.

import { Failure } from '#failure/failure.js';

export class LinkError extends Failure {
  static {
    this.define('link', { permanent: true });
  }
}
