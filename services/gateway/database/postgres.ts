// A PostgreSQL that any number of gateways share.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Logger } from '#platform/log/logger.js';
import type { Connection } from './connection.js';
import { isAway } from './is-away.js';
import { migrate } from './migrate.js';
import { PostgresListener } from './postgres-listener.js';
import { SchemaBehindError } from './schema-behind.error.js';
import { newestMigration, schemaState } from './schema-state.js';
import type { Sql } from './sql.js';

const limits = {
  max: 10,
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  /** What a gateway that stands still has locked is free again after this, in ms. */
  idle_in_transaction_session_timeout: 5_000,
};

/** Between two looks at a database that is not as it has to be, in ms. */
const PAUSE_MS = 500;
/**
 * For how long a migration may stand in line for a table, in ms: whoever asks the table meanwhile
 * stands behind it. It is tried again.
 */
const LOCK_MS = 2_000;
/** SQLSTATE of a lock that was not had in time. */
const NO_LOCK = '55P03';

export interface Start {
  /** Whether the schema is brought to this release's, or another process is to have done it. */
  readonly migrations?: 'run' | 'await';
  /** How long to wait for a database that is away, locked or behind, in ms. */
  readonly waitMs?: number;
}

/** @throws what was last wrong, where it has been so for as long as may be waited. */
export async function openPostgres(
  url: string,
  log: Logger,
  { migrations = 'run', waitMs = 60_000 }: Start = {},
): Promise<Connection> {
  const pool = new Pool({ connectionString: url, ...limits });
  // Without listeners a connection that the server drops, idle or at work, would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    const prepare =
      migrations === 'run' ? () => migrateOnOne(pool, log) : () => hasSchema(pool, log);
    await whenThere(prepare, waitMs, log);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    sql: pooled(pool),
    // A server trims its log by itself, and its operator says when.
    trimLog: async () => undefined,
    close: () => pool.end(),
    async listen(channel, listener) {
      const connection = new PostgresListener(url, channel, listener, log);
      return () => connection.close();
    },
  };
}

/** Drizzle's own transactions never give back a connection that ends before it begins one. */
function pooled(pool: Pool): Sql {
  const database = drizzle(pool);
  database.transaction = async (work, config) => {
    const client = await pool.connect();
    let lost = false;
    try {
      return await drizzle(client).transaction(work, config);
    } catch (error) {
      lost = isAway(error);
      throw error;
    } finally {
      client.release(lost);
    }
  };
  return database as unknown as Sql;
}

/** A database that starts, or stands still, is waited for: a wrong address is told in the end. */
async function whenThere(work: () => Promise<void>, waitMs: number, log: Logger): Promise<void> {
  const end = Date.now() + waitMs;
  let told: string | undefined;
  for (;;) {
    try {
      return await work();
    } catch (err) {
      const reason = reasonToWait(err);
      if (!reason || Date.now() > end) throw err;
      if (reason !== told) log.warn({ err }, reason);
      told = reason;
    }
    await sleep(PAUSE_MS);
  }
}

function reasonToWait(error: unknown): string | undefined {
  if (error instanceof SchemaBehindError) return 'the schema is behind: waiting for `migrate`';
  if (isAway(error)) return 'the database is away: waiting for it';
  return isLocked(error) ? 'others hold what is to be migrated: waiting for them' : undefined;
}

const isLocked = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as NodeJS.ErrnoException).code === NO_LOCK || isLocked(error.cause));

async function migrateOnOne(pool: Pool, log: Logger): Promise<void> {
  const client = await pool.connect();
  const database = drizzle(client);
  const migrator = (config: { migrationsFolder: string }): Promise<void> =>
    migratePostgres(database as never, config);
  try {
    await client.query(`SET lock_timeout = ${LOCK_MS}`);
    await migrate(database as unknown as Sql, migrator, log);
  } finally {
    // Not given back: its settings are a migration's.
    client.release(true);
  }
}

/** @throws SchemaBehindError */
async function hasSchema(pool: Pool, log: Logger): Promise<void> {
  const state = await schemaState(drizzle(pool) as unknown as Sql);
  if (state === 'behind') throw new SchemaBehindError(newestMigration().tag);
  if (state === 'ahead') log.info('the schema is that of a later release');
}
