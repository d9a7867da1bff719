// Canaries in a database: in the rows of its tables, and in every byte of its files.

import { PGlite } from '@electric-sql/pglite';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { canariesIn, wordsBelow } from './canaries.js';

export interface DatabaseFinds {
  readonly rows: readonly string[];
  /** In data pages and in the write-ahead log, after a checkpoint. */
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
      const rows = await rowsOf(async (statement) => (await database.query(statement)).rows);
      await database.close();
      return { rows: canariesIn(rows), files: [...wordsBelow(folder), ...wordsBelow(copy)] };
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
      const rows = await rowsOf(async (statement) => (await client.query(statement)).rows);
      return { rows: canariesIn(rows), files: wordsBelow(folder) };
    } finally {
      await client.end();
    }
  };

/** Every row of every table, as text: pages hold long values compressed. */
async function rowsOf(query: (statement: string) => Promise<unknown[]>): Promise<string> {
  const tables = (await query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'",
  )) as { name: string }[];
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(await query(`SELECT * FROM ${name}`));
  await query('CHECKPOINT');
  return JSON.stringify(rows);
}
