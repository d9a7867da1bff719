// Opens the gateway's database: PostgreSQL by its URL, or PGlite in a folder. The same SQL runs on
// both.
import { PGlite } from '@electric-sql/pglite';
import { sql as query } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { Logger } from '#platform/log/logger.js';
import { FolderLock } from './folder-lock.js';
import { migrate } from './migrate.js';
import type { Sql } from './sql.js';

/** A migrated database; `close` ends its connections or the embedded server. */
export class Database {
  private constructor(
    readonly sql: Sql,
    readonly close: () => Promise<void>,
  ) {}

  /** Rejects while the database does not answer. */
  async check(): Promise<void> {
    await this.sql.execute(query`SELECT 1`);
  }

  /**
   * @param where a PostgreSQL URL, or else the folder that PGlite keeps (one process at a time).
   */
  static async open(where: { url?: string; dataDir: string }, log: Logger): Promise<Database> {
    const { sql, close } = where.url
      ? await openPostgres(where.url, log)
      : await openEmbedded(join(where.dataDir, 'db'), log);
    return new Database(sql, close);
  }
}

type Opened = Pick<Database, 'sql' | 'close'>;

async function openPostgres(url: string, log: Logger): Promise<Opened> {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 });
  // Without listeners a connection that the server drops, idle or at work, would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const opened = { sql: drizzlePostgres(pool) as unknown as Sql, close: () => pool.end() };
  return orClose(opened, async () => {
    const client = await pool.connect();
    const database = drizzlePostgres(client);
    try {
      await migrate(
        database as unknown as Sql,
        (to) => migratePostgres(database as never, to),
        log,
      );
    } finally {
      client.release();
    }
  });
}

async function openEmbedded(folder: string, log: Logger): Promise<Opened> {
  await mkdir(folder, { recursive: true });
  const lock = await FolderLock.take(folder);
  const server = await PGlite.create(folder);
  const close = async () => {
    await server.close();
    await lock.release();
  };
  const database = drizzlePglite(server);
  const opened = { sql: database as unknown as Sql, close };
  return orClose(opened, () => migrate(opened.sql, (to) => migratePglite(database, to), log));
}

async function orClose(opened: Opened, prepare: () => Promise<void>): Promise<Opened> {
  try {
    await prepare();
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
