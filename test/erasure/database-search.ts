// What a database has: the rows of its tables, and canaries in every byte of its files.

import { PGlite } from '@electric-sql/pglite';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { wordsBelow } from './canaries.js';

export type Row = Readonly<Record<string, unknown>>;

export interface DatabaseFinds {
  /** By table, schema and name. */
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  /** Canaries in data pages and in the write-ahead log, after a checkpoint. */
  readonly files: readonly string[];
}

export type DatabaseSearch = () => Promise<DatabaseFinds>;

/**
 * In PGlite, which one process alone can ask: a copy of its folder is opened as after a crash, so
 * that all that is in the write-ahead log comes into the pages.
 */
export const searchEmbedded =
  (folder: string): DatabaseSearch =>
  async () => {
    const copy = mkdtempSync(join(tmpdir(), 'lethe-copy-'));
    try {
      cpSync(folder, copy, { recursive: true });
      const database = await PGlite.create(copy);
      const tables = await read(async (statement) => (await database.query(statement)).rows);
      await database.close();
      return { tables, files: [...wordsBelow(folder), ...wordsBelow(copy)] };
    } finally {
      rmSync(copy, { recursive: true });
    }
  };

/** @param folder of the server's files. */
export const searchPostgres =
  (url: string, folder: string): DatabaseSearch =>
  async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const tables = await read(async (statement) => (await client.query(statement)).rows);
      return { tables, files: wordsBelow(folder) };
    } finally {
      await client.end();
    }
  };

/** Every row of every table: pages hold long values compressed. Then all that is known is in them. */
async function read(query: (statement: string) => Promise<unknown[]>): Promise<Map<string, Row[]>> {
  const names = (await query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'",
  )) as { name: string }[];
  const tables = new Map<string, Row[]>();
  for (const { name } of names) tables.set(name, (await query(`SELECT * FROM ${name}`)) as Row[]);
  await query('CHECKPOINT');
  return tables;
}
