// A job that was queued by another release of Lethe, in a form that this one cannot read.

import { Failure } from '#failure/failure.js';
import type { InvalidPayloadError } from './invalid-payload.error.js';

export class OtherReleaseError extends Failure {
  static {
    this.define('other-release', { permanent: true });
  }

  constructor(cause: InvalidPayloadError) {
    super(
      `the job was queued by another release of Lethe, which this one cannot read: start it again (${cause.publicMessage})`,
      { cause },
    );
  }
}
