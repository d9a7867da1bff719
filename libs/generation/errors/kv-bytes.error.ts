// Too few bytes for the keys and values of even the shortest sequence.

import { Failure } from '#failure/failure.js';

export class KvBytesError extends Failure {
  static {
    this.define('kv-bytes', { permanent: true });
  }

  constructor(bytes: number, needed: number) {
    super(
      `keys and values may take ${bytes} bytes (KV_BYTES), expected at least the ${needed} of one short sequence`,
    );
  }
}
