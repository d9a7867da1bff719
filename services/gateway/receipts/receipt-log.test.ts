// A log stays a chain on every database, whoever writes to it at the same time.

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceiptLog } from '#platform/receipts/receipt-log.js';
import { useTempFolder } from '#testing/temp-store.js';
import type { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { eachDatabase } from '../testing/databases.js';
import { ReceiptKeys } from './receipt-keys.js';
import { type Entry, ReceiptLog } from './receipt-log.js';
import { fileSubject } from './subjects.js';

const folder = useTempFolder();

/** That a file was erased. */
function entryOf(targetId: string): Entry {
  const time = new Date().toISOString();
  return {
    kind: 'file',
    targetId,
    subject: fileSubject({ hash: 'a'.repeat(64) }),
    predicateType: 'urn:lethe:erasure:v1',
    predicate: {
      kind: 'file',
      id: targetId,
      requestedAt: time,
      erasedAt: time,
      keysDestroyed: [],
      settings: { keysForgottenMs: 0, modelsDroppedMs: 0 },
    },
  };
}

eachDatabase((create) => {
  let databases: Database[];
  let logs: ReceiptLog[];
  let keys: ReceiptKeys;

  beforeAll(async () => {
    const file = join(folder.path, `signing-${Math.random()}.key`);
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeFile(file, pem, { mode: 0o600 });
    const { gateways, open } = await create();
    databases = await Promise.all(Array.from({ length: gateways }, open));
    keys = await ReceiptKeys.open(file, databases[0]!);
    logs = databases.map(() => new ReceiptLog(keys));
  });
  afterAll(() => Promise.all(databases.map((database) => database.close())));

  const append = (tenantId: string, id: string, at = 0, then = async (): Promise<void> => {}) =>
    databases[at % databases.length]!.sql.transaction(async (tx) => {
      await logs[at % logs.length]!.append(tx, tenantId, entryOf(id));
      await then();
    });
  /** What each receipt of a log, which is verified, is about. */
  async function targets(tenantId: string): Promise<string[]> {
    const page = await new TenantRecords(databases[0]!.sql, tenantId).receipts.page({
      limit: 100,
      order: 'asc',
    });
    const envelopes = page.rows.map(({ envelope }) => envelope);
    const receipts = readReceiptLog(envelopes, [keys.signing.public]);
    expect(receipts.map(({ statement }) => statement.predicate.log.sequence)).toEqual([
      ...page.rows.keys(),
    ]);
    return page.rows.map(({ targetId }) => targetId);
  }

  test('many at once are in one line, each once', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `many-${i}`);
    const twice = [...ids, ...ids];
    await Promise.all(twice.map((id, i) => append('crowd', id, i)));
    expect((await targets('crowd')).toSorted()).toEqual(ids.toSorted());
  });

  test('what is rolled back leaves no gap', async () => {
    await append('rolling', 'rolling-first');
    const lost = append('rolling', 'rolling-lost', 0, () => Promise.reject(new Error('lost')));
    await expect(lost).rejects.toThrow('lost');
    await append('rolling', 'rolling-last');
    expect(await targets('rolling')).toEqual(['rolling-first', 'rolling-last']);
  });

  test('each tenant has one of its own', async () => {
    await Promise.all(['one', 'two'].map((tenant, i) => append(tenant, `file-of-${tenant}`, i)));
    expect(await targets('one')).toEqual(['file-of-one']);
    expect(await targets('two')).toEqual(['file-of-two']);
  });
});
