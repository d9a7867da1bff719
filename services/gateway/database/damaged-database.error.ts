// The embedded database's files are not whole.

export class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';

  constructor(folder: string, what: string, options?: ErrorOptions) {
    super(
      `the database in ${folder} is damaged: ${what}. Restore the folder from a backup (docs/guides/operate.md); a new database is made where there is no folder`,
      options,
    );
  }
}
