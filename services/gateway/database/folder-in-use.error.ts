// The embedded database's folder belongs to another running gateway.

import { Failure } from '#failure/failure.js';

export class FolderInUseError extends Failure {
  static {
    this.define('folder-in-use', { permanent: true });
  }

  constructor(folder: string, pid: number) {
    const message = `the database in ${folder} is in use by process ${pid}: stop it, or set DATABASE_URL to a PostgreSQL that several gateways can share`;
    super(message, { publicMessage: message });
  }
}
