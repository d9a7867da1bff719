// The gateway's database: PostgreSQL by its URL, or PGlite in a folder. The same SQL runs on both.

import { sql as query } from 'drizzle-orm';
import { join } from 'node:path';
import { first } from '#collections/items.js';
import type { Logger } from '#platform/log/logger.js';
import type { Connection, Listener } from './connection.js';
import { openEmbedded } from './embedded.js';
import { openPostgres, type Start } from './postgres.js';
import { identity } from './schema.js';
import type { Sql } from './sql.js';

/** A migrated database. */
export class Database implements Connection {
  private constructor(private readonly connection: Connection) {}

  /**
   * @param where a PostgreSQL URL, or else the folder that PGlite keeps (one process at a time).
   * @param start for PostgreSQL; the folder's one process always migrates it.
   */
  static async open(
    where: { url?: string; dataDir: string },
    log: Logger,
    start?: Start,
  ): Promise<Database> {
    return new Database(
      where.url
        ? await openPostgres(where.url, log, start)
        : await openEmbedded(join(where.dataDir, 'db'), log),
    );
  }

  get sql(): Sql {
    return this.connection.sql;
  }

  /** Of this database alone, for ever. */
  async identity(): Promise<string> {
    await this.sql.insert(identity).values({}).onConflictDoNothing();
    return first(await this.sql.select({ id: identity.id }).from(identity)).id;
  }

  /** Rejects while the database does not answer. */
  async check(): Promise<void> {
    await this.sql.execute(query`SELECT 1`);
  }

  listen(channel: string, listener: Listener): Promise<() => Promise<void>> {
    return this.connection.listen(channel, listener);
  }

  trimLog(): Promise<void> {
    return this.connection.trimLog();
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
