// A store of artifacts or keys that another platform's database knows. What this one does not know
// it would take for left over, and erase.

import { Failure } from '#failure/failure.js';

export class ForeignStoreError extends Failure {
  static {
    this.define('foreign-store', { permanent: true });
  }

  /** @param setting that says where the store is. */
  constructor(setting: string) {
    super(
      `what ${setting} names belongs to another platform: expected its database (DATABASE_URL, LETHE_HOME), or a place that is empty`,
    );
  }
}
