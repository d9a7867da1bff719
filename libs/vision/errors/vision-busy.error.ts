// More pictures wait to be looked at than can be soon.

import { Failure } from '#failure/failure.js';

export class VisionBusyError extends Failure {
  static {
    this.define('vision-busy', { permanent: false });
  }

  constructor(waiting: number) {
    super(`${waiting} pictures wait to be looked at; try again soon`);
  }
}
