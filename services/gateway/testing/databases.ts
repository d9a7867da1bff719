// The databases that a gateway runs on: what is tested here holds for each.

import { PGlite } from '@electric-sql/pglite';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { silent } from '#testing/queue.js';
import { useTempFolder } from '#testing/temp-store.js';
import { Database } from '../database/database.js';

export interface TestDatabase {
  /** How many may have it open at once. */
  readonly gateways: number;
  /** Of its files, where no server has them. */
  readonly folder?: string;
  /** As a gateway does at its start. */
  open(): Promise<Database>;
  /** Past the gateway; PGlite must be closed. */
  execute(statements: readonly string[]): Promise<void>;
}

/** Call at the top of a file. @param suite gets what makes an empty database. */
export function eachDatabase(suite: (create: () => Promise<TestDatabase>) => void): void {
  describe('PGlite', () => {
    const folder = useTempFolder();
    suite(async () => embedded(await mkdtemp(join(folder.path, 'data-'))));
  });
  describe.skipIf(!hasPostgres)('PostgreSQL', () => {
    const postgres = usePostgres();
    suite(async () => shared(await postgres.create()));
  });
}

const embedded = (dataDir: string): TestDatabase => ({
  gateways: 1,
  folder: join(dataDir, 'db'),
  open: () => Database.open({ dataDir }, silent),
  async execute(statements) {
    await mkdir(join(dataDir, 'db'), { recursive: true });
    const server = await PGlite.create(join(dataDir, 'db'));
    for (const one of statements) await server.exec(one);
    await server.close();
  },
});

const shared = (url: string): TestDatabase => ({
  gateways: 4,
  open: () => Database.open({ url, dataDir: '' }, silent),
  async execute(statements) {
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const one of statements) await client.query(one);
    await client.end();
  },
});
