// Opens the gateway's database: PostgreSQL by its URL, or PGlite in a folder. The same SQL runs on
// both.
import { PGlite } from '@electric-sql/pglite';
import { sql as query } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { FolderLock } from './folder-lock.js';
import { migrations } from './migrations.js';

export type Sql = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** Any number: gateways that start together on one PostgreSQL take turns to migrate. */
const migrationLock = 7_538_402;

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
  static async open(where: { url?: string; dataDir: string }): Promise<Database> {
    const database = where.url
      ? openPostgres(where.url)
      : await openEmbedded(join(where.dataDir, 'db'));
    try {
      await migrate(database.sql);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new Database(database.sql, database.close);
  }
}

type Opened = Pick<Database, 'sql' | 'close'>;

function openPostgres(url: string): Opened {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 });
  // Without a listener an idle connection that the server drops would end the process.
  pool.on('error', () => undefined);
  return { sql: drizzlePostgres(pool) as unknown as Sql, close: () => pool.end() };
}

async function openEmbedded(folder: string): Promise<Opened> {
  await mkdir(folder, { recursive: true });
  const lock = await FolderLock.take(folder);
  const server = await PGlite.create(folder);
  const close = async () => {
    await server.close();
    await lock.release();
  };
  return { sql: drizzlePglite(server) as unknown as Sql, close };
}

async function migrate(database: Sql): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute(query`SELECT pg_advisory_xact_lock(${migrationLock})`);
    await tx.execute(
      query`CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const { rows } = (await tx.execute(query`SELECT name FROM migrations`)) as unknown as {
      rows: { name: string }[];
    };
    const applied = new Set(rows.map((row) => row.name));
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue;
      for (const statement of migration.statements) await tx.execute(query.raw(statement));
      await tx.execute(query`INSERT INTO migrations (name) VALUES (${migration.name})`);
    }
  });
}
