// Replicas behind a name of DNS: that come, go, fall sick and recover.

import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { type DnsServer, startDns } from '#testing/dns-server.js';
import { gate } from '#testing/gate.js';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { silent } from '#testing/queue.js';
import type { RunningServer } from '../inference-server.js';
import { RpcError } from '../rpc-error.js';
import { ReplicaHealth } from './replica-health.js';

interface Replica {
  readonly server: RunningServer;
  /** Calls that it has had. */
  asked: number;
  fails: boolean;
}

/** Replicas on one port of 127.0.0.1, 127.0.0.2 ..., and a client that knows them by a name. */
async function cluster(count: number, dns?: DnsServer) {
  const replicas: Replica[] = [];
  const held = gate();
  const start = async (): Promise<Replica> => {
    const replica: Partial<Replica> = { asked: 0, fails: false };
    const server = await startIdleInference(
      {
        async score() {
          replica.asked!++;
          if (replica.fails) throw new RpcError(status.INTERNAL, 'broken');
          return {};
        },
        async *generate() {
          replica.asked!++;
          yield { text: 'one ', tokenIds: [1] };
          await held.promise;
          yield { text: 'two', tokenIds: [2], finishReason: 'stop' };
        },
      },
      replicas[0]?.server.port ?? 0,
      `127.0.0.${replicas.length + 1}`,
    );
    onTestFinished(() => server.drain(0));
    const whole = Object.assign(replica, { server }) as Replica;
    replicas.push(whole);
    return whole;
  };
  for (let i = 0; i < count; i++) await start();
  const names = replicas.map((_, i) => `127.0.0.${i + 1}`);
  const server = dns ?? (await startDns(...names));
  const client = gatewayClientOf(
    `dns://${server.address}/inference.test:${replicas[0]?.server.port ?? 1}`,
  );
  onTestFinished(() => client.close());
  const ask = (): Promise<unknown> => client.score('t', { model: { base: 'b' } });
  /** So many calls, and how many of them each replica had. */
  const spread = async (calls: number): Promise<number[]> => {
    for (const one of replicas) one.asked = 0;
    for (let i = 0; i < calls; i++) await ask().catch(() => undefined);
    return replicas.map(({ asked }) => asked);
  };
  return { replicas, start, dns: server, client, ask, spread, held };
}

test('a replica that the name gains is asked within 5 s', { timeout: 20_000 }, async () => {
  const { start, dns, spread } = await cluster(1);
  expect(await spread(4)).toEqual([4]);
  await start();
  const started = performance.now();
  dns.addresses.push('127.0.0.2');
  await expect.poll(() => spread(4), { timeout: 5000 }).toEqual([2, 2]);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('one that the name loses gets no more calls, and ends those that it has', async () => {
  const { dns, client, spread, replicas, held } = await cluster(2);
  await expect.poll(() => spread(4)).toEqual([2, 2]);
  const texts: string[] = [];
  const say = async (at: number): Promise<void> => {
    for await (const chunk of client.generate('t', { model: { base: 'b', home: at } }))
      texts.push(chunk.text);
  };
  const said = Promise.all([say(0), say(1)]);
  await expect.poll(() => texts.length).toBe(2);
  dns.addresses.pop();
  await expect.poll(() => spread(4), { timeout: 10_000 }).toEqual([4, 0]);
  held.resolve();
  await said;
  expect(texts.toSorted()).toEqual(['one ', 'one ', 'two', 'two']);
  expect(replicas[1]!.asked).toBe(0);
});

test('a name that is lost keeps what it had, and one that is found late is asked', async () => {
  const { dns, spread, ask } = await cluster(2);
  const had = dns.addresses.splice(0);
  await expect(ask()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  dns.addresses.push(...had);
  await expect.poll(() => spread(4), { timeout: 10_000 }).toEqual([2, 2]);
  dns.addresses.splice(0);
  const end = Date.now() + 3000;
  while (Date.now() < end) await ask();
});

test('one that says that it does not serve is left, and found again', async () => {
  const { replicas, spread } = await cluster(3);
  await expect.poll(() => spread(6)).toEqual([2, 2, 2]);
  replicas[1]!.server.setServing(false);
  await expect.poll(() => spread(4), { timeout: 10_000 }).toEqual([2, 0, 2]);
  replicas[1]!.server.setServing(true);
  await expect.poll(() => spread(6), { timeout: 10_000 }).toEqual([2, 2, 2]);
});

test('one whose calls fail is left after five of them', { timeout: 30_000 }, async () => {
  const { replicas, spread } = await cluster(2);
  await expect.poll(() => spread(4)).toEqual([2, 2]);
  replicas[1]!.fails = true;
  expect(await spread(20)).toEqual([15, 5]);
  const until = performance.now() + 4000;
  replicas[1]!.fails = false;
  await expect.poll(() => spread(4), { timeout: 20_000 }).toEqual([2, 2]);
  expect(performance.now()).toBeGreaterThan(until);
});

test('a sick one is out for longer each time, comes back by a probe, and all are asked where most are', () => {
  let now = 0;
  const health = new ReplicaHealth(silent, () => now);
  const all = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
  health.setNames(all.map(({ name }) => name));
  const fail = (name: string): void => {
    for (let i = 0; i < 5; i++) health.called(name, status.UNAVAILABLE);
  };
  const fit = (): string =>
    health
      .fit(all)
      .map(({ name }) => name)
      .join('');
  fail('a');
  expect(fit()).toBe('bcd');
  now = 5000;
  expect(fit()).toBe('bcd');
  health.probed('a', true);
  expect(fit()).toBe('abcd');
  fail('a');
  now += 9999;
  health.probed('a', true);
  expect(fit()).toBe('bcd');
  now += 1;
  health.probed('a', undefined);
  expect(fit()).toBe('bcd');
  health.probed('a', true);
  expect(fit()).toBe('abcd');
  health.called('a', status.OK);
  fail('c');
  fail('d');
  expect(fit()).toBe('ab');
  fail('b');
  expect(fit()).toBe('abcd');
  now += 5000;
  for (const { name } of all) health.probed(name, true);
  for (const code of [status.NOT_FOUND, status.RESOURCE_EXHAUSTED, status.CANCELLED])
    for (let i = 0; i < 10; i++) health.called('b', code);
  expect(fit()).toBe('abcd');
  health.probed('b', undefined);
  expect(fit()).toBe('abcd');
  health.probed('b', undefined);
  expect(fit()).toBe('acd');
  health.probed('c', false);
  health.probed('d', false);
  expect(fit()).toBe('a');
  for (const { name } of all) health.probed(name, false);
  expect(fit()).toBe('abcd');
});
