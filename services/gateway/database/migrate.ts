// Brings a database's tables to the state of schema.ts, by the migrations generated from it.

import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { join } from 'node:path';
import { first } from '#collections/items.js';
import type { Logger } from '#platform/log/logger.js';
import type { Sql } from './sql.js';

export const migrationsFolder = join(import.meta.dirname, 'migrations');

/** Any number: gateways that start together on one PostgreSQL take turns to migrate. */
export const migrationLock = 7_538_402;

/**
 * @param database one connection: the lock is the session's.
 * @param migrator Drizzle's, for the database's driver.
 */
export async function migrate(
  database: Sql,
  migrator: (config: { migrationsFolder: string }) => Promise<void>,
  log: Logger,
): Promise<void> {
  await database.execute(sql`SELECT pg_advisory_lock(${migrationLock})`);
  try {
    if (await hasOldList(database)) {
      await adopt(database);
      log.info('the tables of an earlier version were taken over as they are');
    }
    await migrator({ migrationsFolder });
  } finally {
    await database.execute(sql`SELECT pg_advisory_unlock(${migrationLock})`);
  }
}

/** Earlier versions wrote their tables by hand and kept a list of their own of what was applied. */
async function hasOldList(database: Sql): Promise<boolean> {
  const { rows } = (await database.execute(
    sql`SELECT to_regclass('migrations') IS NOT NULL AS found`,
  )) as unknown as { rows: { found: boolean }[] };
  return first(rows).found;
}

/**
 * Their tables are those of the first migration but for the names of constraints, which later
 * migrations go by. The journal is as Drizzle's migrator makes it.
 */
async function adopt(database: Sql): Promise<void> {
  const { hash, folderMillis } = first(readMigrationFiles({ migrationsFolder }));
  await database.transaction(async (tx) => {
    await tx.execute(renameConstraints);
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS drizzle`);
    await tx.execute(
      sql`CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
    );
    await tx.execute(
      sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${folderMillis})`,
    );
    await tx.execute(sql`DROP TABLE migrations`);
  });
}

/** From PostgreSQL's own names (jobs_tenant_id_fkey) to Drizzle's (jobs_tenant_id_tenants_id_fk). */
const renameConstraints = sql`
  DO $$ DECLARE one record; BEGIN
    FOR one IN
      SELECT conrelid::regclass AS owner, conname AS old, CASE contype
        WHEN 'u' THEN regexp_replace(conname, '_key$', '_unique')
        ELSE regexp_replace(conname, '_fkey$', '_' || confrelid::regclass || '_id_fk') END AS new
      FROM pg_constraint
      WHERE connamespace = current_schema()::regnamespace AND conname ~ '_f?key$'
    LOOP
      EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', one.owner, one.old, one.new);
    END LOOP;
  END $$`;
