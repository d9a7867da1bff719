// Gateways and replicas of inference are replaced one after the other under streams: no request fails.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import OpenAI from 'openai';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RunningServer } from '#platform/grpc/inference-server.js';
import { type DnsServer, startDns } from '#testing/dns-server.js';
import { identities } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { type NodeProcess, startNode } from '#testing/node-process.js';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { adminKey } from '../testing/gateway.js';

const CLIENTS = 6;
/** Of a gateway's end, in ms: it does not wait for connections that nobody uses. */
const LONGEST = 30_000;
const WORDS = Array.from({ length: 20 }, (_, i) => `word${i} `);

/** Says the words, from where it is asked to, at the pace of a model. */
async function* slowly({ resume }: { resume: number[] }, { signal }: { signal: AbortSignal }) {
  for (const [id, text] of [...WORDS.entries()].slice(resume.length)) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    signal.throwIfAborted();
    yield { text, tokenIds: [id], finishReason: id === WORDS.length - 1 ? 'stop' : '' };
  }
}

interface Gateway {
  readonly node: NodeProcess;
  readonly port: number;
  readonly health: string;
}

/** As a Service does: each new connection goes to one of those that were ready a moment ago. */
async function service(): Promise<{ url: string; gateways: Gateway[] }> {
  const gateways: Gateway[] = [];
  let ready: Gateway[] = [];
  const look = setInterval(async () => {
    const all = [...gateways];
    const oks = await Promise.all(
      all.map(({ health }) =>
        fetch(`${health}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    ready = all.filter((_, i) => oks[i]);
  }, 200);
  let turn = 0;
  const server = createServer((client) => {
    const to = ready[turn++ % ready.length];
    if (!to) return void client.destroy();
    const upstream = connect(to.port, '127.0.0.1');
    client.pipe(upstream).on('error', () => client.destroy());
    upstream.pipe(client).on('error', () => upstream.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    clearInterval(look);
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, gateways };
}

describe.skipIf(!hasPostgres)('a rolling restart', () => {
  const postgres = usePostgres();
  const redis = useRedis();
  const folder = useTempFolder();
  const prefix = redis.prefix();
  const replicas: RunningServer[] = [];
  afterAll(() => Promise.all(replicas.map((one) => one.drain(0))));

  const startReplica = async (dns: DnsServer): Promise<RunningServer> => {
    const host = `127.0.0.${replicas.length + 1}`;
    const server = await startIdleInference({ generate: slowly as never }, replicas[0]?.port, host);
    replicas.push(server);
    dns.addresses.push(host);
    return server;
  };

  async function startGateway(inference: string): Promise<Gateway> {
    const node = startNode(new URL('../main.js', import.meta.url), [], {
      REDIS_URL: redis.url,
      QUEUE_PREFIX: prefix,
      DATABASE_URL: postgres.url,
      ...testStoreEnv(folder.path),
      ...identities.gateway,
      INFERENCE_URL: inference,
      ADMIN_KEY: adminKey,
      PORT: '0',
      SHUTDOWN_MS: '60000',
    });
    const { url, health } = JSON.parse(await node.line(/"msg":"started"/)) as Record<
      string,
      string
    >;
    return { node, health: health!, port: Number(new URL(url!).port) };
  }

  async function keyAt(url: string): Promise<string> {
    const response = await fetch(`${url}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'acme' }),
    });
    return ((await response.json()) as { api_key: string }).api_key;
  }

  test('of gateways and of inference fails no request', { timeout: 400_000 }, async () => {
    const dns = await startDns();
    await startReplica(dns);
    await startReplica(dns);
    const inference = `dns://${dns.address}/inference.test:${replicas[0]!.port}`;
    const { url, gateways } = await service();
    gateways.push(...(await Promise.all([startGateway(inference), startGateway(inference)])));
    await expect
      .poll(
        () =>
          fetch(`${url}/health`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    const apiKey = await keyAt(url);
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const failures: unknown[] = [];
    let whole = 0;
    const client = async (isStreaming: boolean): Promise<void> => {
      const openai = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
      const body = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] };
      while (!over.signal.aborted) {
        try {
          let text = '';
          if (!isStreaming) await openai.files.list();
          else
            for await (const { choices } of await openai.chat.completions.create({
              ...body,
              stream: true,
            }))
              text += choices[0]?.delta.content ?? '';
          if (isStreaming && text !== WORDS.join('')) throw new Error(`heard ${text}`);
          whole++;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i % 3 !== 2)));
    await expect.poll(() => whole, { timeout: 60_000 }).toBeGreaterThan(CLIENTS);
    const since = performance.now();
    expect(await gateways[0]!.node.kill('SIGTERM')).toBe(0);
    expect(performance.now() - since).toBeLessThan(LONGEST);
    for (let i = 0; i < 2; i++) {
      await startReplica(dns);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await replicas[i]!.drain(i === 0 ? 5000 : 100);
      dns.addresses.shift();
    }
    over.abort();
    await clients;
    expect(failures).toEqual([]);
    expect(whole).toBeGreaterThan(CLIENTS * 5);
  });
});
