// A gateway that is killed while it erases a tenant: whoever starts next finishes.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import type { Statement } from '#contracts/receipts/statement.js';
import { readReceiptLog } from '#platform/receipts/receipt-log.js';
import { readSigningKeyFile } from '#platform/receipts/signing-key.js';
import { identities } from '#testing/identities.js';
import { type NodeProcess, startNode } from '#testing/node-process.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { adminKey, dataSet } from '../testing/gateway.js';
import { startTestInference, type TestInference } from '../testing/inference.js';

/** Enough for an erasure to take longer than the longest of the waits below. */
const FILES = 100;

const redis = useRedis();
const folder = useTempFolder();
const prefix = redis.prefix();
let inference: TestInference;

beforeAll(async () => {
  inference = await startTestInference();
});
afterAll(() => inference.drain(1_000));

interface Gateway extends NodeProcess {
  readonly url: string;
}

async function start(): Promise<Gateway> {
  const node = startNode(new URL('../main.js', import.meta.url), [], {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    DATA_DIR: folder.path,
    ...testStoreEnv(folder.path),
    ...identities.gateway,
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    ADMIN_KEY: adminKey,
    PORT: '0',
    RECONCILE_MS: '200',
  });
  const { url } = JSON.parse(await node.line(/"msg":"started"/)) as { url: string };
  return { ...node, url };
}

const admin = (url: string, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${url}/admin/tenants${path}`, {
    method,
    headers: {
      authorization: `Bearer ${adminKey}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

/** What is left of a tenant's keys and bytes. */
async function left(tenantId: string): Promise<string[]> {
  const { ARTIFACTS, KEYS } = testStoreEnv(folder.path);
  const places = [join(KEYS, tenantId), join(ARTIFACTS, tenantId)];
  const found = places.map((place) => readdir(place, { recursive: true }).catch(() => []));
  return (await Promise.all(found)).flat();
}

/** The statements of a tenant's log, verified. */
async function receipts(url: string, tenantId: string): Promise<Statement[]> {
  const { data } = (await (await admin(url, 'GET', `/${tenantId}/receipts`)).json()) as {
    data: { envelope: Envelope }[];
  };
  const envelopes = data.map(({ envelope }) => envelope);
  const key = await readSigningKeyFile(identities.gateway.RECEIPT_SIGNING_KEY);
  return readReceiptLog(envelopes, [key.public]).map(({ statement }) => statement);
}

test.each([5, 60])(
  'nothing of a tenant stays where its gateway is killed %d ms into the erasure',
  async (wait) => {
    const first = await start();
    const created = await admin(first.url, 'POST', '', { name: `gone-${wait}` });
    const { id, api_key: apiKey } = (await created.json()) as { id: string; api_key: string };
    const client = new OpenAI({ apiKey, baseURL: `${first.url}/v1`, maxRetries: 0 });
    for (let at = 0; at < FILES; at += 10)
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          client.files.create({ file: dataSet([[`q ${at + i}`, 'a']]), purpose: 'fine-tune' }),
        ),
      );
    expect(await left(id)).not.toEqual([]);

    const deletion = admin(first.url, 'DELETE', `/${id}`).catch(() => undefined);
    await first.line(/an erasure begins/);
    await new Promise((resolve) => setTimeout(resolve, wait));
    await first.kill();
    await deletion;

    const second = await start();
    await second.line(new RegExp(`"erasure":"tenant:${id}".*"msg":"erased"`));
    expect(await left(id)).toEqual([]);
    // The tenant's own, its account's and its API key's beside the files'.
    expect(await receipts(second.url, id)).toMatchObject([
      { predicate: { kind: 'tenant', id, keysDestroyed: { length: FILES + 3 } } },
    ]);
    expect((await admin(second.url, 'DELETE', `/${id}`)).status).toBe(404);
    const again = new OpenAI({ apiKey, baseURL: `${second.url}/v1`, maxRetries: 0 });
    await expect(again.files.list()).rejects.toMatchObject({ status: 401 });
    await second.kill('SIGTERM');
  },
);
