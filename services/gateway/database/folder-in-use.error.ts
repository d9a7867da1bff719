// The embedded database's folder belongs to another running gateway.

export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  constructor(folder: string, pid: number) {
    super(
      `the database in ${folder} is in use by process ${pid}: stop it, or set DATABASE_URL to a PostgreSQL that several gateways can share`,
    );
  }
}
