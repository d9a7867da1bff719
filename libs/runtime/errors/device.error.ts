// A device that was asked for and is unavailable. Another worker may have it.

import { Failure } from '#failure/failure.js';

export class DeviceError extends Failure {
  static {
    this.define('device', { permanent: false });
  }

  constructor(device: string, reason: string) {
    super(`device ${device} cannot be used here: ${reason}`);
  }
}
