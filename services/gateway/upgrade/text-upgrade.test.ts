import { eq, sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { silent } from '#testing/queue.js';
import { useTempStore } from '#testing/temp-store.js';
import { files, tenants } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import { eachDatabase } from '../testing/databases.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader } from '../texts/text-reader.js';
import { OwnedSpaces } from './owned-spaces.js';
import { TextUpgrade } from './text-upgrade.js';

const artifacts = useTempStore();

eachDatabase((create) => {
  test('seals what an earlier release kept in clear, once and for all', async () => {
    const database = await (await create()).open();
    onTestFinished(() => database.close());
    const tenantId = `t-${Date.now()}`;
    await database.sql.insert(tenants).values({ id: tenantId, name: 'acme' });
    const row = { purpose: 'fine-tune', bytes: 1, rows: 1, hash: 'a' };
    const names = Array.from({ length: 1200 }, (_, i) => `canary ${i}.jsonl`);
    await database.sql.insert(files).values(
      names.map((name, i) => ({
        id: `file-${i}`,
        tenantId,
        filename: name as SealedText,
        ...row,
      })),
    );
    await database.sql.update(files).set({ deletedAt: new Date() }).where(eq(files.id, 'file-9'));

    const spaces = new OwnedSpaces(database, artifacts.keeper, artifacts.store);
    const upgrade = new TextUpgrade(database, spaces, silent);
    await upgrade.run();
    const rows = await database.sql.select().from(files).orderBy(files.seq);
    const told = rows.filter(({ id }) => id !== 'file-9');
    expect(JSON.stringify(told)).not.toContain('canary');
    const tenant = artifacts.store.scope(tenantId);
    const reader = await TextReader.load(
      tenant,
      told.map(({ id }) => id),
      silent,
    );
    expect(
      told.map(({ id, filename }) => reader.open(filename, id, placeOf(files.filename, id))),
    ).toEqual(names.filter((_, i) => i !== 9));
    // Held by their files: what has no reference is erased.
    const { references } = new TenantRecords(database.sql, tenantId);
    expect(await references.lock('file', ['file-0', 'file-9'])).toEqual(['file-0']);

    await upgrade.run();
    expect(await database.sql.select().from(files).orderBy(files.seq)).toEqual(rows);
    await database.sql.execute(sql`DELETE FROM tenants`);
  });
});
