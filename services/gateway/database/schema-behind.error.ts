// The database's schema is that of an earlier release, and this process is not to bring it forward.

import { Failure } from '#failure/failure.js';

export class SchemaBehindError extends Failure {
  static {
    this.define('schema-behind', { permanent: false });
  }

  /** @param needed the newest migration of this release. */
  constructor(needed: string) {
    const message = `the database's schema lacks the migration ${needed}: run \`migrate\` of this release, or set MIGRATIONS=run`;
    super(message, { publicMessage: message });
  }
}
