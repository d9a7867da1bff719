// A local judge model that cannot be used.

import { Failure } from '#failure/failure.js';

/** Names the folder and what is wrong with it. */
export class JudgeModelError extends Failure {
  static {
    this.define('judge-model', { permanent: true });
  }

  constructor(folder: string, problem: string) {
    super(`judge model ${folder}: ${problem}`);
  }
}
