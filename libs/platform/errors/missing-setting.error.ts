// A job that asks for what this worker's settings do not provide; the message names them.

import { Failure } from '#failure/failure.js';

export class MissingSettingError extends Failure {
  static {
    this.define('missing-setting', { permanent: true });
  }
}
