// A process started with an environment it cannot work with.

import { Failure } from '#failure/failure.js';

export class EnvError extends Failure {
  static {
    this.define('env', { permanent: true });
  }

  constructor(problems: readonly string[]) {
    const message = problems.join('\n');
    super(message, { publicMessage: message });
  }
}
