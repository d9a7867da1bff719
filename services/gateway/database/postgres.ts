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
import type { Sql } from './sql.js';

const limits = {
  max: 10,
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  /** What a gateway that stands still has locked is free again after this, in ms. */
  idle_in_transaction_session_timeout: 5_000,
};

/** How long a gateway that starts waits for its database, and between two looks at it. */
const [WAIT_MS, PAUSE_MS] = [60_000, 500];

/** @throws the driver's error where the database has been away for a minute. */
export async function openPostgres(url: string, log: Logger): Promise<Connection> {
  const pool = new Pool({ connectionString: url, ...limits });
  // Without listeners a connection that the server drops, idle or at work, would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    await whenThere(() => migrateOnOne(pool, log), log);
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
async function whenThere(work: () => Promise<void>, log: Logger): Promise<void> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await work();
    } catch (err) {
      if (!isAway(err) || Date.now() > end) throw err;
      log.warn({ err }, 'the database is away: waiting for it');
    }
    await sleep(PAUSE_MS);
  }
}

async function migrateOnOne(pool: Pool, log: Logger): Promise<void> {
  const client = await pool.connect();
  const database = drizzle(client);
  const migrator = (config: { migrationsFolder: string }): Promise<void> =>
    migratePostgres(database as never, config);
  try {
    await migrate(database as unknown as Sql, migrator, log);
  } finally {
    client.release();
  }
}
