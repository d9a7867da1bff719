// A release that runs on the schema of a later one: while services are rolled out, and after a
// roll-back.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { useTempFolder } from '#testing/temp-store.js';
import { migrationsFolder } from '../database/migrate.js';
import { useJobs } from '../testing/jobs.js';

describe.skipIf(!hasPostgres)('on the schema of a later release', () => {
  const postgres = usePostgres();
  const folder = useTempFolder();
  const given = useJobs(() => ({ DATABASE_URL: postgres.url }));
  const { gateway, unlearning, create, followed } = given;

  /** What the next release's `migrate` would do: it only adds. */
  async function migrateFurther(): Promise<void> {
    const later = join(folder.path, 'migrations');
    await cp(migrationsFolder, later, { recursive: true });
    const list = join(later, 'meta/_journal.json');
    const journal = JSON.parse(await readFile(list, 'utf8')) as { entries: { when: number }[] };
    const when = journal.entries.at(-1)!.when + 1;
    const tag = '9999_later';
    await writeFile(
      join(later, `${tag}.sql`),
      `ALTER TABLE "jobs" ADD COLUMN "later" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
       ALTER TABLE "models" ADD COLUMN "later" text;--> statement-breakpoint
       CREATE TABLE "later" ("id" text PRIMARY KEY NOT NULL);`,
    );
    const entry = { idx: journal.entries.length, version: '7', when, tag, breakpoints: true };
    await writeFile(list, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }));
    const database = drizzle(postgres.url);
    await migrate(database, { migrationsFolder: later });
    await database.$client.end();
  }

  test('jobs go on, whether the gateway stays or starts on it, and new ones are taken', async () => {
    const release = given.workers.hold('train');
    const begun = await create(unlearning({ objective: 'ga' }));
    await given.workers.reached('train');
    await migrateFurther();
    const client = () => gateway.client(given.acme.key);
    const stays = await client().fineTuning.jobs.retrieve(begun.id);
    expect(stays.status).toBe('running');
    await gateway.stop();
    await gateway.start({ MIGRATIONS: 'await', MIGRATE_TIMEOUT_MS: '1000' });
    release();
    await followed(begun.id);
    expect((await client().fineTuning.jobs.retrieve(begun.id)).status).toBe('succeeded');
    const next = await client().fineTuning.jobs.create(unlearning({ objective: 'npo' }));
    await followed(next.id);
    expect((await client().fineTuning.jobs.retrieve(next.id)).status).toBe('succeeded');
  });
});
