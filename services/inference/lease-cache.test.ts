import { expect, test } from 'vitest';
import { BusyError } from './errors/busy.error.js';
import { LeaseCache, type LeaseCacheOptions } from './lease-cache.js';

type Bounds = Pick<LeaseCacheOptions<string>, 'ownerOf' | 'maxBytes'>;

/** Lets everything that is free to go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A value takes as many bytes as its key says after a colon. */
function openCache(capacity: number, { ownerOf, maxBytes }: Partial<Bounds> = {}) {
  const events: string[] = [];
  const dead = new Set<string>();
  const cache = new LeaseCache<string>({
    capacity,
    turnMs: 0,
    load: async (key, fit) => {
      await fit(Number(key.split(':')[1] ?? 0));
      events.push(`load ${key}`);
      if (key.startsWith('bad')) throw new Error('no such thing');
      return key;
    },
    dispose: (key) => void events.push(`dispose ${key}`),
    isAlive: (key) => !dead.delete(key),
    ...(ownerOf ? { ownerOf } : {}),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const use = async (key: string): Promise<void> => (await cache.acquire(key)).release();
  return { cache, events, dead, use };
}

test('what is there is not loaded again, also not by callers at the same time', async () => {
  const { events, use } = openCache(2);
  await Promise.all([use('a'), use('a')]);
  await use('a');
  expect(events).toEqual(['load a']);
});

test('the least recently used makes room, before its successor is loaded', async () => {
  const { events, use } = openCache(2);
  for (const key of ['a', 'b', 'a', 'c', 'a']) await use(key);
  expect(events).toEqual(['load a', 'load b', 'dispose b', 'load c']);
});

test('what is in use stays', async () => {
  const { cache, events, use } = openCache(2);
  const held = await cache.acquire('a');
  await use('b');
  await use('c');
  expect(events).toEqual(['load a', 'load b', 'dispose b', 'load c']);
  const second = await cache.acquire('c');
  const waiting = use('d');
  await settled();
  expect(events).toHaveLength(4);
  second.release();
  await waiting;
  expect(events.slice(4)).toEqual(['dispose c', 'load d']);
  held.release();
  expect(cache.size).toBe(2);
});

test('a failed load is tried again by the next', async () => {
  const { cache, events, use } = openCache(1);
  await expect(use('bad')).rejects.toThrow('no such thing');
  await expect(use('bad')).rejects.toThrow('no such thing');
  expect([events.length, cache.size]).toEqual([2, 0]);
});

test('what has died is loaded again, without being disposed of', async () => {
  const { events, dead, use } = openCache(1);
  await use('a');
  dead.add('a');
  await use('a');
  expect(events).toEqual(['load a', 'load a']);
});

test('clearing disposes of everything', async () => {
  const { cache, events, use } = openCache(2);
  await use('a');
  await cache.acquire('b');
  await cache.clear();
  expect(events.slice(2)).toEqual(['dispose a', 'dispose b']);
});

test('of an owner some are left for others, also of those that are there and idle', async () => {
  const { cache, events, use } = openCache(8, { ownerOf: (key) => key[0]! });
  for (let i = 0; i < 8; i++) await use(`a${i}`);
  const held = [];
  for (let i = 0; i < 6; i++) held.push(await cache.acquire(`a${i}`));
  const waiting = use('a9');
  await use('b0');
  expect(events).not.toContain('load a9');
  held[0]!.release();
  await waiting;
});

test('who gives up waiting has nothing, and leaves the rest as it was', async () => {
  const { cache, events, use } = openCache(1);
  const held = await cache.acquire('a');
  const left = new AbortController();
  const waiting = cache.acquire('b', left.signal);
  left.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  held.release();
  await use('a');
  expect(events).toEqual(['load a']);
});

test('the bytes of all are bounded: the least recently used make room, what is in use stays', async () => {
  const { cache, events, use } = openCache(9, { maxBytes: 10 });
  for (const key of ['a:4', 'b:4', 'a:4', 'c:4']) await use(key);
  expect(events).toEqual(['load a:4', 'load b:4', 'dispose b:4', 'load c:4']);
  const held = [await cache.acquire('a:4'), await cache.acquire('c:4')];
  const large = cache.acquire('d:10');
  const small = use('e:2');
  await settled();
  expect(events).toHaveLength(4);
  // Nobody overtakes the large one, not even by what is in use.
  const late = use('a:4');
  for (const { release } of held) release();
  (await large).release();
  await Promise.all([small, late]);
  const at = (event: string): number => events.lastIndexOf(event);
  expect(at('load d:10')).toBeGreaterThan(at('dispose c:4'));
  expect(at('load d:10')).toBeGreaterThan(at('dispose a:4'));
  expect(at('load e:2')).toBeGreaterThan(at('dispose d:10'));
  expect(at('load a:4')).toBeGreaterThan(at('dispose d:10'));
});

test('the bytes of what fails to load or is given up are free again', async () => {
  const { cache, use } = openCache(9, { maxBytes: 10 });
  await expect(use('bad:10')).rejects.toThrow('no such thing');
  const held = await cache.acquire('a:10');
  const left = new AbortController();
  const waiting = cache.acquire('b:10', left.signal);
  await settled();
  left.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  held.release();
  await use('c:10');
  await cache.drop('c:10');
  await use('d:10');
});

test('who holds one has a second where there is room, and waits for none', async () => {
  const { cache } = openCache(2, { maxBytes: 10 });
  const held = await cache.acquire('a:6');
  (await cache.acquireBeside('a:6')).release();
  await expect(cache.acquireBeside('b:6')).rejects.toThrow(BusyError);
  const second = await cache.acquireBeside('c:4');
  await expect(cache.acquireBeside('d:0')).rejects.toThrow(BusyError);
  for (const { release } of [held, second]) release();
  (await cache.acquireBeside('b:6')).release();
});
