// The embedded database's folder belongs to another running gateway.

import { Failure } from '#failure/failure.js';

export class FolderInUseError extends Failure {
  static {
    this.define('folder-in-use', { permanent: true });
  }

  /** @param holder in words. */
  constructor(folder: string, holder: string) {
    const message = `the database in ${folder} is in use by ${holder}: stop it, or set DATABASE_URL to a PostgreSQL that several gateways can share`;
    super(message, { publicMessage: message });
  }
}
