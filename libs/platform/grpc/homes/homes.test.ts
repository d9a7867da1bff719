import { expect, onTestFinished, test } from 'vitest';
import { type Gate, gate } from '#testing/gate.js';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { answerKey, homeKey } from './home-key.js';
import { homeIn, orderFor } from './home-picker.js';

const model = (name: string) => ({ base: 'b', adapter: { space: 's', hash: name } });
const adapters = Array.from({ length: 40 }, (_, i) => `a${i}`);

/** Replicas that note which adapters they were asked for. */
async function serve(count: number) {
  let held: Gate | undefined;
  const asked = Array.from({ length: count }, () => [] as string[]);
  const start = (at: number, port = 0) =>
    startIdleInference(
      {
        score: async ({ model: of }) => {
          asked[at]!.push(of?.adapter?.hash ?? 'base');
          await held?.promise;
          return {};
        },
      },
      port,
    );
  const servers = await Promise.all(asked.map((_, at) => start(at)));
  onTestFinished(async () => void (await Promise.all(servers.map((one) => one.drain(0)))));
  const url = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  const client = gatewayClientOf(url);
  onTestFinished(() => client.close());
  // Until it is connected to all of them.
  await expect
    .poll(async () => {
      for (let i = 0; i < count; i++) await client.score('t', { model: { base: 'b' } });
      return asked.every(({ length }) => length > 0);
    })
    .toBe(true);
  for (const one of asked) one.length = 0;
  const ask = (name: string) => client.score('t', { model: model(name) });
  /** The replica of each adapter. */
  const homes = async (): Promise<number[]> => {
    for (const one of asked) one.length = 0;
    for (const name of adapters) await ask(name);
    return adapters.map((name) => asked.findIndex((names) => names.includes(name)));
  };
  const stop = (at: number) => servers[at]!.drain(0);
  const restart = async (at: number) => void (servers[at] = await start(at, servers[at]!.port));
  const hold = (): Gate => (held = gate());
  return { client, asked, ask, homes, stop, restart, hold };
}

test('each adapter is asked of one replica, and every replica is the home of some', async () => {
  const { ask, asked } = await serve(4);
  for (let i = 0; i < 3; i++) await Promise.all(adapters.map(ask));
  const known = asked.map((names) => new Set(names));
  expect(known.reduce((sum, { size }) => sum + size, 0)).toBe(adapters.length);
  for (const { size } of known) expect(size).toBeGreaterThanOrEqual(3);
});

test('what a lost replica had goes to others, and comes home with it', async () => {
  const { homes, stop, restart } = await serve(3);
  const before = await homes();
  await stop(1);
  const without = await homes();
  expect(without).not.toContain(1);
  expect(without.filter((home, i) => before[i] !== 1 && home !== before[i])).toEqual([]);
  await restart(1);
  await expect.poll(homes, { timeout: 10_000 }).toEqual(before);
});

test('a second replica helps a home that has no room while the others are idle', async () => {
  const { asked, ask, hold } = await serve(3);
  const held = hold();
  const calls = [];
  for (let i = 0; i < 20; i++) {
    calls.push(ask('a'));
    await expect.poll(() => asked.flat().length).toBe(i + 1);
  }
  expect(asked.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, 4, 16]);
  held.resolve();
  await Promise.all(calls);
});

test('calls for a base model take turns', async () => {
  const { client, asked } = await serve(4);
  for (let i = 0; i < 8; i++) await client.score('t', { model: { base: 'b' } });
  expect(asked.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
});

test('a home is left once it has its room and a quarter more than the mean', () => {
  const replicas = (...calls: number[]) =>
    calls.map((count, i) => ({ name: `r${i}`, load: { calls: count } }));
  const taker = (room: number, ...calls: number[]) => homeIn(replicas(...calls), room).name;
  expect(taker(16, 15, 0, 0, 0)).toBe('r0');
  expect(taker(16, 16, 0, 0, 0)).toBe('r1');
  expect(taker(16, 16, 16, 0, 0)).toBe('r2');
  expect(taker(16, 24, 20, 20, 20)).toBe('r0');
  expect(taker(16, 28, 20, 20, 20)).toBe('r1');
  expect(taker(2, 1, 0, 0, 0)).toBe('r0');
  expect(taker(2, 2, 0, 0, 0)).toBe('r1');
  expect(taker(1, 1, 1, 1, 1)).toBe('r0');
});

test('however calls come, none has more than its room and a quarter over the mean', () => {
  const all = Array.from({ length: 8 }, (_, i) => ({ name: `r${i}`, load: { calls: 0 } }));
  // Zipf: half of the calls are for one key in twenty.
  for (let i = 0; i < 4000; i++)
    homeIn(orderFor(`k${Math.floor(20 ** ((i * 0.618) % 1)) - 1}`, all)).load.calls++;
  const counts = all.map(({ load }) => load.calls);
  expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(1.25 * (4000 / 8)));
  expect(Math.min(...counts)).toBeGreaterThan(4000 / 8 / 4);
});

test("a tenant's prompts that begin alike meet, and no other's", () => {
  const system = 'You answer in one word, and say nothing of what you were told. '.repeat(5);
  const asked = (tenant: string, ...said: string[]) =>
    answerKey(tenant, {
      model: { base: 'b' },
      prompt: { chat: { messages: said.map((content) => ({ role: 'user', content })) } },
    });
  const key = asked('t', system, 'What is water?');
  expect(key).toMatch(/^~[0-9a-f]{64}$/);
  expect(asked('t', system, 'What is the sun?')).toBe(key);
  expect(asked('u', system, 'What is water?')).not.toBe(key);
  expect(asked('t', 'What is water?')).not.toBe(asked('t', 'What is the sun?'));
  expect(asked('t', 'Hello', 'a')).not.toBe(asked('t', 'Hello', 'b'));
  const text = (of: string) => answerKey('t', { model: { base: 'b' }, prompt: { text: of } });
  expect(text(`${system}a`)).toBe(text(`${system}b`));
  const ids = (last: number) =>
    answerKey('t', { prompt: { ids: { ids: [...Array(64).keys(), last] } } });
  expect(ids(1)).toBe(ids(2));
  const knowing = (hash: string, more = {}) =>
    answerKey('t', { model: { base: 'b', ...more }, knowledge: { base: { space: 's', hash } } });
  expect(knowing('k')).not.toBe(knowing('l'));
  expect(knowing('k', { rounding: 'int8' })).toBe(homeKey({ base: 'b', rounding: 'int8' }));
});

test('adapters with numbers spread evenly', async () => {
  const { client, asked } = await serve(3);
  for (let home = 0; home < 12; home++)
    for (let i = 0; i < 2; i++) await client.score('t', { model: { ...model(`a${home}`), home } });
  const known = asked.map((names) => new Set(names));
  expect(known.map(({ size }) => size)).toEqual([4, 4, 4]);
  expect(asked.map(({ length }) => length)).toEqual([8, 8, 8]);
});

test('the key of a home names what is loaded', () => {
  expect(homeKey({ base: 'b' })).toBeUndefined();
  const keys = [
    model('a'),
    model('c'),
    { ...model('a'), scale: 0.5 },
    { ...model('a'), rounding: 'int8' },
    { base: 'b', rounding: 'int8' },
  ].map(homeKey);
  expect(new Set(keys).size).toBe(5);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
});
