// How a database comes to the schema of a release, and what a release may do to the one before.

import { EventEmitter, once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { startNode } from '#testing/node-process.js';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { silent } from '#testing/queue.js';
import { Database } from './database.js';
import { migrationLock, migrationsFolder } from './migrate.js';
import { newestMigration } from './schema-state.js';
import { breaking } from './testing/breaking.js';

const postgres = usePostgres();
const onPostgres = test.skipIf(!hasPostgres);
/** `0013` is the last of before gateways were rolled back. */
const COMPATIBLE_FROM = 14;
/** Migrations that take away what no release uses any more, each with the last that did. */
const contractions: Record<string, string> = {};

const migrating = (url: string, timeoutMs = 60_000) =>
  startNode(new URL('../migrate.main.js', import.meta.url), [], {
    DATABASE_URL: url,
    MIGRATE_TIMEOUT_MS: String(timeoutMs),
  });
const awaiting = (url: string, waitMs: number, log = silent): Promise<Database> =>
  Database.open({ url, dataDir: '' }, log, { migrations: 'await', waitMs });

onPostgres('a gateway that may not migrate waits until `migrate` has', async () => {
  const url = await postgres.create();
  const said = new EventEmitter();
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.emit('line', line) });
  const line = once(said, 'line');
  const opening = awaiting(url, 60_000, log);
  expect(String(await line)).toContain('waiting for `migrate`');
  const processes = [migrating(url), migrating(url)];
  expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual([0, 0]);
  const database = await opening;
  expect(await database.identity()).toMatch(/./);
  await database.close();
});

onPostgres('a gateway that waits in vain says which migration is missing', async () => {
  const url = await postgres.create();
  await expect(awaiting(url, 100)).rejects.toThrow(`lacks the migration ${newestMigration().tag}`);
  await (await Database.open({ url, dataDir: '' }, silent)).close();
  const client = await connected(url);
  await client.query(`DELETE FROM drizzle.__drizzle_migrations WHERE id =
    (SELECT max(id) FROM drizzle.__drizzle_migrations)`);
  await expect(awaiting(url, 100)).rejects.toThrow(newestMigration().tag);
});

onPostgres('a schema of a later release will do', async () => {
  const url = await postgres.create();
  await (await Database.open({ url, dataDir: '' }, silent)).close();
  const client = await connected(url);
  const later = newestMigration().when + 1;
  await client.query(
    `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('later', ${later})`,
  );
  await (await awaiting(url, 100)).close();
  expect(await migrating(url).exited).toBe(0);
});

onPostgres('`migrate` waits its turn', async () => {
  const url = await postgres.create();
  const client = await connected(url);
  await client.query(`SELECT pg_advisory_lock(${migrationLock})`);
  const process = migrating(url);
  await process.line(/waiting for them/);
  await client.query(`SELECT pg_advisory_unlock(${migrationLock})`);
  expect(await process.exited).toBe(0);
});

test('`migrate` ends with status 1 where no database comes in time', async () => {
  const process = migrating('postgresql://postgres@127.0.0.1:1/postgres', 200);
  await process.line(/cannot migrate: /);
  expect(await process.exited).toBe(1);
});

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test('the release before runs on each migration', async () => {
  const files = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql'));
  const later = files.filter((name) => Number.parseInt(name, 10) >= COMPATIBLE_FROM);
  expect(later.length).toBeGreaterThan(0);
  for (const name of later.filter((one) => !(one in contractions)))
    expect.soft(breaking(await readFile(join(migrationsFolder, name), 'utf8')), name).toEqual([]);
});

test.each([
  ['DROP TABLE "jobs";', 1],
  ['ALTER TABLE "jobs" DROP COLUMN "model";', 1],
  ['ALTER TABLE "jobs" RENAME COLUMN "model" TO "base";', 1],
  ['ALTER TABLE "jobs" RENAME TO "runs";', 1],
  ['ALTER TABLE "jobs" ALTER COLUMN "model" SET NOT NULL;', 1],
  ['ALTER TABLE "jobs" ALTER COLUMN "model" SET DATA TYPE jsonb;', 1],
  ['ALTER TABLE "jobs" ADD COLUMN "seed" integer NOT NULL;', 1],
  ['ALTER TABLE "jobs" ADD CONSTRAINT "x" CHECK (a > 0);', 1],
  ['CREATE UNIQUE INDEX "x" ON "jobs" USING btree ("model");', 1],
  ['ALTER TABLE "jobs" ADD COLUMN "seed" integer;', 0],
  ['ALTER TABLE "jobs" ADD COLUMN "seed" integer DEFAULT 0 NOT NULL;', 0],
  ['CREATE INDEX "x" ON "jobs" USING btree ("model");', 0],
  ['CREATE TABLE "new" ("id" text PRIMARY KEY NOT NULL);', 0],
  [
    'CREATE TABLE "new" ("id" text);--> statement-breakpoint\nCREATE UNIQUE INDEX "x" ON "new" USING btree ("id");',
    0,
  ],
])('%s', (migration, found) => expect(breaking(migration)).toHaveLength(found));
