// Calls where there is no replica: held until one comes, if calls are held at all.

import { status } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startDns } from '#testing/dns-server.js';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import { Metrics } from '../telemetry/metrics.js';
import { Hold } from './hold.js';
import type { InferenceHandlers } from './inference-server.js';
import { RpcError } from './rpc-error.js';

const HELD = 20_000;
const away = { code: status.UNAVAILABLE };

/** A name without an address, and what it takes for it to have one. */
async function atZero(holdMs = HELD, handlers: Partial<InferenceHandlers> = {}) {
  const dns = await startDns();
  const parked = await startIdleInference({});
  const { port } = parked;
  await parked.drain(0);
  const metrics = new Metrics('gateway');
  const url = `dns://${dns.address}/inference.test:${port}`;
  const client = gatewayClientOf(url, undefined, holdMs, new GrpcMetrics(metrics));
  onTestFinished(() => client.close());
  const start = async () => {
    const server = await startIdleInference(
      {
        async *generate() {
          yield { text: 'here', tokenIds: [1], finishReason: 'stop' };
        },
        listModels: async () => ({ models: [{ name: 'b', digest: 'd' }] }),
        ...handlers,
      },
      port,
    );
    onTestFinished(() => server.drain(0));
    dns.addresses = ['127.0.0.1'];
    return server;
  };
  const held = async (): Promise<number | undefined> =>
    (await metrics.registry.getSingleMetric('lethe_inference_calls_held')?.get())?.values[0]?.value;
  const say = async (limits = {}): Promise<string> => {
    let text = '';
    for await (const chunk of client.generate('t', { model: { base: 'b' } }, limits))
      text += chunk.text;
    return text;
  };
  return { client, dns, start, held, say };
}

test('they wait for one, are counted, and take no time of their own for it', async () => {
  const { start, held, say, client } = await atZero();
  expect(await held()).toBe(0);
  const said = Promise.all([say({ timeoutMs: 1000 }), say(), client.listModels()]);
  await expect.poll(held).toBe(3);
  await delay(1500);
  await start();
  expect(await said).toMatchObject(['here', 'here', { models: [{ name: 'b' }] }]);
  expect(await held()).toBe(0);
});

test('they fail where none comes in time, and at once where calls are not held', async () => {
  const { say, held } = await atZero(300);
  const started = performance.now();
  await expect(say()).rejects.toMatchObject(away);
  expect(performance.now() - started).toBeGreaterThan(300);
  expect(await held()).toBe(0);
  const unheld = await atZero(0);
  await expect(unheld.say()).rejects.toMatchObject(away);
  await expect(unheld.client.check()).rejects.toMatchObject(away);
  await expect(unheld.client.forget('t')).rejects.toThrow('ENOTFOUND');
});

test('who hangs up waits no longer', async () => {
  const { say, held } = await atZero();
  const controller = new AbortController();
  const said = say({ signal: controller.signal });
  await expect.poll(held).toBe(1);
  controller.abort();
  await expect(said).rejects.toMatchObject({ code: status.CANCELLED });
  expect(await held()).toBe(0);
});

test('a service is ready, and an erasure done, where there is nobody to tell', async () => {
  const { client, dns, held } = await atZero();
  await client.check();
  expect(await client.replicas()).toBe('none until it is asked');
  await client.forget('t');
  expect(await held()).toBe(0);
  // A name server that does not answer says nothing of replicas.
  dns.isSilent = true;
  await expect(client.forget('t')).rejects.toThrow('TIMEOUT');
  await expect(client.check()).rejects.toMatchObject(away);
});

test('a replica that is there is told of an erasure', async () => {
  const forgotten: string[] = [];
  const { client, start } = await atZero(HELD, {
    forget: async (_request, { tenant }) => {
      forgotten.push(tenant);
      return {};
    },
  });
  await start();
  await client.forget('t');
  expect(forgotten).toEqual(['t']);
});

test('models are listed as they were before the last replica went', async () => {
  const { client, dns, start, held } = await atZero();
  const server = await start();
  await client.listModels();
  dns.addresses = [];
  await server.drain(0);
  await expect.poll(() => client.replicas()).toBe('none until it is asked');
  expect(await client.listModels()).toMatchObject({ models: [{ name: 'b' }] });
  expect(await client.listModels({}, ['b'])).toMatchObject({ models: [{ name: 'b' }] });
  expect(await held()).toBe(0);
});

test('a call that ends its servers ends no more of them for being held', async () => {
  let calls = 0;
  const { client, start } = await atZero(HELD, {
    score: async () => {
      calls++;
      throw new RpcError(status.UNAVAILABLE, 'gone');
    },
  });
  await start();
  await expect(client.score('t', {})).rejects.toMatchObject(away);
  expect(calls).toBe(4);
});

test('no more than a thousand wait', async () => {
  let waiting = 0;
  const hold = new Hold(
    async () => false,
    (calls) => (waiting = calls),
  );
  const controller = new AbortController();
  const all = Array.from({ length: 1200 }, () => hold.wait(HELD, controller.signal));
  expect(waiting).toBe(1000);
  expect(await all[1100]).toBe(0);
  controller.abort();
  await Promise.all(all);
  expect(waiting).toBe(0);
});
