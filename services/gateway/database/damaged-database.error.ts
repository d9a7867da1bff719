// The embedded database's files are not whole.

import { Failure } from '#failure/failure.js';

export class DamagedDatabaseError extends Failure {
  static {
    this.define('damaged-database', { permanent: true });
  }

  constructor(folder: string, what: string, { cause }: ErrorOptions = {}) {
    const message = `the database in ${folder} is damaged: ${what}. Restore the folder from a backup (docs/guides/operate.md); a new database is made where there is no folder`;
    super(message, { publicMessage: message, cause });
  }
}
