import { expect, test } from 'vitest';
import { AllInUseError } from './errors/all-in-use.error.js';
import { LeaseCache } from './lease-cache.js';

function openCache(capacity: number, ownerOf?: (key: string) => string) {
  const events: string[] = [];
  const dead = new Set<string>();
  const cache = new LeaseCache<string>({
    capacity,
    load: async (key) => {
      events.push(`load ${key}`);
      if (key === 'bad') throw new Error('no such thing');
      return key;
    },
    dispose: (key) => void events.push(`dispose ${key}`),
    isAlive: (key) => !dead.delete(key),
    ownerOf,
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
  await expect(cache.acquire('d')).rejects.toThrow(AllInUseError);
  second.release();
  held.release();
  await use('d');
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
  const { cache, use } = openCache(8, (key) => key[0]!);
  for (let i = 0; i < 8; i++) await use(`a${i}`);
  const held = [];
  for (let i = 0; i < 6; i++) held.push(await cache.acquire(`a${i}`));
  for (const key of ['a6', 'a9']) await expect(cache.acquire(key)).rejects.toThrow(AllInUseError);
  await use('a0');
  await use('b0');
  held[0]!.release();
  await use('a6');
});
