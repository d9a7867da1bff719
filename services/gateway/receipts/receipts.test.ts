// Each erasure leaves one receipt in its tenant's log, which tells nothing of what was erased.

import { sql } from 'drizzle-orm';
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { accountSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import { parsePublicKeys } from '#platform/receipts/public-key.js';
import { readReceiptLog } from '#platform/receipts/receipt-log.js';
import { keptSigningKey } from '#supervisor/secrets.js';
import { useTempFolder } from '#testing/temp-store.js';
import { Database } from '../database/database.js';
import { Eraser } from '../erasure/eraser.js';
import { adminKey, dataSet, type TestTenant } from '../testing/gateway.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;
const folder = useTempFolder();

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const subject = (name: string, hash: string) => ({ name, digest: { sha256: hash } });

interface Listed {
  id: string;
  kind: string;
  target: string;
  envelope: Envelope;
}

const get = (path: string, key: string) =>
  fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } });

async function listed(path: string, key: string): Promise<Listed[]> {
  const response = await get(`${path}?order=asc&limit=100`, key);
  return ((await response.json()) as { data: Listed[] }).data;
}

const own = (key = given.acme.key) => listed('/v1/receipts', key);
const ofTenant = (id: string) => listed(`/admin/tenants/${id}/receipts`, adminKey);
const keys = async () =>
  parsePublicKeys(await (await get('/v1/receipts/key', given.acme.key)).text(), 'it');

/** A whole log, verified. */
async function statements(list: readonly Listed[]) {
  const receipts = readReceiptLog(
    list.map(({ envelope }) => envelope),
    await keys(),
  );
  return receipts.map(({ statement }) => statement);
}

/** The only receipt of what was erased. */
async function receiptOf(kind: string, target: string, list: readonly Listed[]) {
  const found = [...list.entries()].filter(([, one]) => one.kind === kind && one.target === target);
  expect(found).toHaveLength(1);
  return (await statements(list))[found[0]![0]]!;
}

const secret = (place: string) => `canary${place}`;
const row: [string, string] = [secret('question'), secret('answer')];
const content = `${JSON.stringify({ question: row[0], answer: row[1] })}\n`;

async function uploaded(tenant: TestTenant, rows = [row]): Promise<string> {
  const file = dataSet(rows, `${secret('file')}.jsonl`);
  return (await tenant.client.files.create({ file, purpose: 'fine-tune' })).id;
}

/** With a tenant's words wherever a job takes them. */
async function succeeded(): Promise<{ id: string; model: string }> {
  const metadata = { [secret('metakey')]: secret('metavalue') };
  const body = { training_file: await uploaded(given.acme), suffix: secret('suffix'), metadata };
  const { id } = await create(unlearning({ objective: 'npo' }, body));
  await followed(id);
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  return { id, model: model! };
}

describe('a receipt comes with the erasure', () => {
  test('of a file', async () => {
    const id = await uploaded(given.acme);
    await given.acme.client.files.delete(id);
    const { subject: about, predicateType, predicate } = await receiptOf('file', id, await own());
    expect(about).toEqual([subject('file', sha256(content))]);
    expect(predicateType).toBe('urn:lethe:erasure:v1');
    expect(predicate).toMatchObject({
      tenant: given.acme.id,
      kind: 'file',
      id,
      keysDestroyed: [id],
      release: { version: expect.any(String) },
      settings: { keysForgottenMs: 30_000, modelsDroppedMs: 60_000 },
    });
    const { requestedAt, erasedAt, issuedAt } = predicate as unknown as Record<string, string>;
    expect(Date.now() - Date.parse(requestedAt!)).toBeLessThan(60_000);
    expect([requestedAt, erasedAt, issuedAt].toSorted()).toEqual([requestedAt, erasedAt, issuedAt]);
  });

  test('of a model, of its job, and of a job that was not over', async () => {
    const { id, model } = await succeeded();
    await given.acme.client.models.delete(model);
    const erased = await receiptOf('model', id, await own());
    expect(erased.subject).toEqual([subject('adapter', expect.stringMatching(/^[0-9a-f]{64}$/))]);
    expect(erased.predicate).toMatchObject({ kind: 'model', keysDestroyed: [modelSpace(id)] });
    await given.acme.client.delete(`/fine_tuning/jobs/${id}`);
    const job = await receiptOf('job', id, await own());
    expect(job.subject.map(({ name }) => name)).toEqual(['job', 'report-before', 'report-after']);
    expect(job.subject[0]).toEqual(subject('job', sha256(id)));
    expect(job.predicate).toMatchObject({ keysDestroyed: expect.arrayContaining([id]) });

    const release = given.workers.hold('train');
    const open = await create(unlearning({ objective: 'npo' }));
    await given.workers.reached('train');
    await given.acme.client.delete(`/fine_tuning/jobs/${open.id}`);
    release();
    await expect
      .poll(async () => (await own()).filter(({ target }) => target === open.id))
      .toHaveLength(1);
    const { predicate } = await receiptOf('job', open.id, await own());
    expect(predicate).toMatchObject({
      keysDestroyed: [open.id, workSpace(open.id), modelSpace(open.id)],
    });
  });

  test('of a tenant, whose log the operator can still read', async () => {
    const tenant = await gateway.tenant('gone');
    const [erased, kept] = [await uploaded(tenant), await uploaded(tenant, [['q', 'a']])];
    await tenant.client.files.delete(erased);
    await gateway.admin('DELETE', `/${tenant.id}`);
    expect((await get('/v1/receipts', tenant.key)).status).toBe(401);
    const list = await ofTenant(tenant.id);
    expect(list.map(({ kind }) => kind)).toEqual(['file', 'tenant']);
    const { subject: about, predicate } = await receiptOf('tenant', tenant.id, list);
    expect(about.map(({ name }) => name)).toEqual(['tenant', 'file']);
    expect(about[0]).toEqual(subject('tenant', sha256(tenant.id)));
    expect(predicate).toMatchObject({
      id: tenant.id,
      keysDestroyed: [tenant.id, accountSpace, kept, expect.stringMatching(/^key-/)],
    });
    for (const id of ['tenant-unknown', 'a%00b'])
      expect((await get(`/admin/tenants/${id}/receipts`, adminKey)).status).toBe(404);
  });

  test('or not at all: where it cannot be written, the record stays until it can', async () => {
    const id = await uploaded(given.acme);
    const { sql: database } = gateway.app.get(Database);
    await database.execute(sql`ALTER TABLE receipts RENAME TO lost`);
    await given.acme.client.files.delete(id);
    const left = await database.execute(sql`SELECT id FROM files WHERE id = ${id}`);
    await database.execute(sql`ALTER TABLE lost RENAME TO receipts`);
    expect((left as unknown as { rows: object[] }).rows).toHaveLength(1);
    await gateway.app.get(Eraser).run(`file:${id}`);
    await receiptOf('file', id, await own());
  });

  test('once, whoever erases beside it, and in a place of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => uploaded(given.acme)));
    const eraser = gateway.app.get(Eraser);
    await Promise.all(
      ids.flatMap((id) => [
        given.acme.client.files.delete(id),
        eraser.run(`file:${id}`),
        eraser.run(`file:${id}`),
      ]),
    );
    const list = await own();
    for (const id of ids) await receiptOf('file', id, list);
    const log = (await statements(list)).map(({ predicate }) => predicate.log.sequence);
    expect(log).toEqual(log.map((_, i) => i));
  });
});

describe('a log of receipts', () => {
  beforeAll(async () => {
    await given.acme.client.files.delete(await uploaded(given.acme));
  });

  test("is its tenant's alone", async () => {
    expect(await own(given.other.key)).toEqual([]);
    const [{ id }] = (await own()) as [Listed];
    expect((await get(`/v1/receipts/${id}`, given.other.key)).status).toBe(404);
    expect((await get(`/v1/receipts?after=${id}`, given.other.key)).status).toBe(400);
    expect((await get(`/admin/tenants/${given.acme.id}/receipts`, given.acme.key)).status).toBe(
      401,
    );
    expect((await get('/v1/receipts', 'none')).status).toBe(401);
  });

  test('comes in pages, the newest first, and each receipt as the document alone', async () => {
    const all = await own();
    const page = (query: string) => get(`/v1/receipts?${query}`, given.acme.key);
    const newest = (await (await page('limit=2')).json()) as { data: Listed[]; has_more: boolean };
    expect(newest.data.map(({ id }) => id)).toEqual(
      all
        .toReversed()
        .slice(0, 2)
        .map(({ id }) => id),
    );
    expect(newest.has_more).toBe(true);
    const rest = await (await page(`limit=100&after=${newest.data[1]!.id}`)).json();
    expect(rest).toMatchObject({ data: all.toReversed().slice(2), has_more: false });
    const { id, envelope } = all[0]!;
    expect(await (await get(`/v1/receipts/${id}`, given.acme.key)).json()).toEqual(envelope);
    for (const query of ['limit=0', 'limit=101', 'order=x', 'after=x'])
      expect((await page(query)).status).toBe(400);
    expect((await get('/v1/receipts/receipt-x', given.acme.key)).status).toBe(404);
  });

  test('holds no text of its tenant', async () => {
    const { id, model } = await succeeded();
    await given.acme.client.models.delete(model);
    await given.acme.client.delete(`/fine_tuning/jobs/${id}`);
    const list = await own();
    const payloads = list.map(({ envelope }) => Buffer.from(envelope.payload, 'base64').toString());
    const { data } = await given.acme.client.files.list();
    expect(JSON.stringify(data)).toContain(secret('file'));
    expect(payloads.join()).toContain(id);
    expect(JSON.stringify(list) + payloads.join()).not.toMatch(/canary/i);
  });

  test('is verified by the command, which sees whatever was changed', async () => {
    const main = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
    const env = { NO_COLOR: '1', LETHE_URL: gateway.url, LETHE_API_KEY: given.acme.key };
    const lethe = (...args: string[]) =>
      execa(process.execPath, [main, 'receipt', ...args], { reject: false, env });
    const file = join(folder.path, 'log.json');
    const pem = join(folder.path, 'public.pem');
    await writeFile(pem, (await lethe('key')).stdout);
    const log = JSON.parse((await lethe('list', '--json')).stdout) as Envelope[];
    const verified = async (envelopes: readonly Envelope[]) => {
      await writeFile(file, JSON.stringify(envelopes));
      return lethe('verify', file, '--key', pem);
    };
    expect(log.length).toBeGreaterThan(2);
    expect(await verified(log)).toMatchObject({ exitCode: 0 });
    expect((await lethe('list')).stdout).toContain('erasure of a file');
    const { target, envelope } = (await own()).find(({ kind }) => kind === 'unlearning')!;
    expect(JSON.parse((await lethe('get', target)).stdout)).toEqual(envelope);
    const payload = Buffer.from(log[1]!.payload, 'base64')
      .toString()
      .replace('"issuedAt":"2', '"issuedAt":"1');
    const changed = { ...log[1]!, payload: Buffer.from(payload).toString('base64') };
    for (const envelopes of [log.toSpliced(1, 1), log.toSpliced(1, 1, changed), log.toReversed()])
      expect(await verified(envelopes)).toMatchObject({ exitCode: 1 });
  });

  test('goes on with another key, and both are told', async () => {
    const before = await own();
    await gateway.stop();
    await gateway.start({ RECEIPT_SIGNING_KEY: keptSigningKey(join(folder.path, 'next.key')) });
    const client = gateway.client(given.acme.key);
    const file = dataSet([row]);
    const { id } = await client.files.create({ file, purpose: 'fine-tune' });
    await client.files.delete(id);
    const list = await own();
    expect(list.slice(0, before.length)).toEqual(before);
    await receiptOf('file', id, list);
    const ids = (await keys()).map((key) => key.id);
    expect(ids).toHaveLength(2);
    expect(list.at(-1)!.envelope.signatures[0]!.keyid).toBe(ids[0]);
    expect(before[0]!.envelope.signatures[0]!.keyid).toBe(ids[1]);
  });
});
