// A form that answers cannot be held to: not well written, too large, or too costly to follow.

import { Failure } from '#failure/failure.js';

export class FormError extends Failure {
  static {
    this.define('form', { permanent: true });
  }
}
