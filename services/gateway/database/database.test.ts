// What the gateway expects of its database, whichever it is.

import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { eq, sql, type SQL } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { eachDatabase, type TestDatabase } from '../testing/databases.js';
import type { Database } from './database.js';
import { LeaseLostError } from './lease-lost.error.js';
import { Lease } from './lease.js';
import { migrationsFolder } from './migrate.js';
import * as schema from './schema.js';
import { TenantRecords } from './tenant-records.js';
import { statements as earlierVersion } from './testing/before-journal.js';

eachDatabase((create) => {
  let place: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    place = await create();
    database = await place.open();
  });
  afterAll(() => database.close());

  async function tenant(id: string): Promise<TenantRecords> {
    await database.sql.insert(schema.tenants).values({ id, name: '' as SealedText });
    return new TenantRecords(database.sql, id);
  }

  const file = (id: string) => ({
    id,
    filename: 'a' as SealedText,
    purpose: 'fine-tune',
    bytes: 1,
    rows: 1,
    hash: 'a',
  });
  const ids = (page: { rows: { id: string }[] } | undefined) => page?.rows.map(({ id }) => id);

  test('keeps what it was told', async () => {
    await (await tenant('again')).files.insert(file('kept'));
    await database.close();
    database = await place.open();
    const records = new TenantRecords(database.sql, 'again');
    expect(await records.files.find('kept')).toMatchObject(file('kept'));
  });

  test('keeps tenants apart, and removes all of one with it', async () => {
    const [acme, other] = [await tenant('acme'), await tenant('other')];
    await acme.files.insert(file('private'));
    expect(await other.files.find('private')).toBeUndefined();
    expect(await other.files.update('private', { bytes: 2 })).toBeUndefined();
    expect(await other.files.remove('private')).toBeUndefined();
    expect(await other.files.page({ limit: 1, after: 'private' })).toBeUndefined();
    await database.sql.delete(schema.tenants).where(eq(schema.tenants.id, 'acme'));
    expect(await acme.files.select()).toEqual([]);
  });

  test('pages by order of insertion, either way', async () => {
    const { files } = await tenant('pages');
    for (const id of ['c', 'a', 'b']) await files.insert(file(id));
    const newest = await files.page({ limit: 2 });
    expect([ids(newest), newest!.hasMore]).toEqual([['b', 'a'], true]);
    const rest = await files.page({ limit: 2, after: 'a' });
    expect([ids(rest), rest!.hasMore]).toEqual([['c'], false]);
    expect(ids(await files.page({ limit: 2, after: 'c', order: 'asc' }))).toEqual(['a', 'b']);
  });

  test('takes a key once', async () => {
    const { files } = await tenant('keys');
    const taken = await Promise.all([1, 2, 3].map(() => files.insert(file('once'))));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('undoes a transaction that fails', async () => {
    const records = await tenant('undo');
    const attempt = records.transaction(async ({ files }) => {
      await files.insert(file('undone'));
      throw new Error('changed its mind');
    });
    await expect(attempt).rejects.toThrow('changed its mind');
    expect(await records.files.find('undone')).toBeUndefined();
  });

  test('lets transactions that lock a row take turns, each with what the one before wrote', async () => {
    const { files } = await tenant('turns');
    await files.insert(file('counted'));
    const row = database.sql.select().from(schema.files).where(eq(schema.files.id, 'counted'));
    const count = () =>
      database.sql.transaction(async (tx) => {
        const [locked] = await tx
          .select()
          .from(schema.files)
          .where(eq(schema.files.id, 'counted'))
          .for('update');
        await tx
          .update(schema.files)
          .set({ bytes: locked!.bytes + 1 })
          .where(eq(schema.files.id, 'counted'));
      });
    await Promise.all(Array.from({ length: 8 }, count));
    expect(await row).toMatchObject([{ bytes: 9 }]);
  });

  test('tells listeners what committed transactions notify, once each', async () => {
    const heard: string[] = [];
    let ready = (): void => {};
    const listening = new Promise<void>((resolve) => (ready = resolve));
    const end = await database.listen('news', {
      notified: (payload) => void heard.push(payload),
      listening: () => ready(),
    });
    await listening;
    const notify = (payload: string, fails = false) =>
      database.sql.transaction(async (tx) => {
        await tx.execute(sql`SELECT pg_notify('news', ${payload}), pg_notify('news', ${payload})`);
        if (fails) throw new Error('undone');
      });
    await notify('first');
    await expect(notify('never', true)).rejects.toThrow('undone');
    await notify('last');
    await vi.waitUntil(() => heard.includes('last'));
    expect(heard).toEqual(['first', 'last']);
    await end();
  });

  test('gives a lease to one at a time, and to another once it is over', async () => {
    const [first, second] = [1, 2].map(() => new Lease(database, 'one', 60_000));
    const taken = await Promise.all([first!.take(), second!.take()]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    const [holder, other] = taken[0] ? [first!, second!] : [second!, first!];
    expect(await other.take()).toBe(false);
    await database.sql.update(schema.leases).set({ expiresAt: new Date(0) });
    await expect(holder.check(database.sql)).rejects.toThrow(LeaseLostError);
    expect(await other.take()).toBe(true);
    await expect(holder.check(database.sql)).rejects.toThrow(LeaseLostError);
    await holder.release();
    await other.check(database.sql);
    await other.release();
    expect(await holder.take()).toBe(true);
  });

  test('is migrated once by gateways that start together, and keeps what an earlier version wrote', async () => {
    const old = await create();
    await old.execute(earlierVersion);
    const gateways = await Promise.all(Array.from({ length: old.gateways }, () => old.open()));
    const [adopted] = gateways;
    expect(await adopted!.sql.select().from(schema.tenants)).toMatchObject([
      { id: 't', name: 'acme' },
    ]);
    const idempotencyKey = createHash('sha256').update('t\norder 66').digest('hex');
    expect(await new TenantRecords(adopted!.sql, 't').jobs.find('j')).toMatchObject({
      idempotencyKey,
      idempotencyRequest: null,
    });
    expect(await tables(adopted!)).toEqual(await tables(database));
    expect(await applied(adopted!)).toEqual(await applied(database));
    for (const one of gateways) await one.close();
  });
});

test('has a migration for every change of the schema', async () => {
  const { entries } = await readMeta<{ entries: { idx: number }[] }>('_journal.json');
  const last = String(entries.at(-1)!.idx).padStart(4, '0');
  const before = await readMeta<DrizzleSnapshot>(`${last}_snapshot.json`);
  const now = generateDrizzleJson(schema, before.id);
  expect(await generateMigration(before, now), 'run: npm run schema').toEqual([]);
});

type DrizzleSnapshot = Parameters<typeof generateMigration>[0];

const readMeta = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(migrationsFolder, 'meta', name), 'utf8')) as T;

const rowsOf = async (database: Database, query: SQL): Promise<object[]> =>
  ((await database.sql.execute(query)) as unknown as { rows: object[] }).rows;

const applied = (database: Database): Promise<object[]> =>
  rowsOf(database, sql`SELECT hash FROM drizzle.__drizzle_migrations ORDER BY id`);

/** Columns, constraints and indexes, in words. */
const tables = (database: Database): Promise<object[]> =>
  rowsOf(
    database,
    sql`SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, identity_generation) AS item
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY item`,
  );
