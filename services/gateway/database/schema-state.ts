// Whether a database has the migrations of this release. One of a later release has them too.

import { type SQL, sql } from 'drizzle-orm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { first, last } from '#collections/items.js';
import { migrationsFolder } from './migrate.js';
import type { Sql } from './sql.js';

/** A migration as drizzle-kit lists it. */
interface Entry {
  readonly tag: string;
  /** As Drizzle's migrator keeps it in the database. */
  readonly when: number;
}

/** The newest migration of this release. */
export function newestMigration(): Entry {
  const list = readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  return last((JSON.parse(list) as { entries: Entry[] }).entries);
}

/** 'ahead': it was brought forward by a later release. */
export type SchemaState = 'behind' | 'current' | 'ahead';

export async function schemaState(database: Sql): Promise<SchemaState> {
  const found = await one(database, sql`to_regclass('drizzle.__drizzle_migrations')`);
  if (found === null) return 'behind';
  const newest = Number(
    await one(database, sql`(SELECT max(created_at) FROM drizzle.__drizzle_migrations)`),
  );
  const ours = newestMigration().when;
  if (newest === ours) return 'current';
  return newest < ours ? 'behind' : 'ahead';
}

async function one(database: Sql, value: SQL): Promise<string | null> {
  const { rows } = (await database.execute(sql`SELECT ${value} AS value`)) as unknown as {
    rows: { value: string | null }[];
  };
  return first(rows).value;
}
