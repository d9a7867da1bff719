// What every blob store does, whatever it is made of.

import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import { collect } from '../stretches.js';
import type { BlobStore } from './blob-store.js';
import { blobStores } from './testing/blob-stores.js';

const MB = 2 ** 20;

/** Chunks of which the store has taken the first, and waits for the second. */
function halted(bytes: number) {
  let [take, end] = [() => {}, () => {}];
  const taken = new Promise<void>((resolve) => (take = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  async function* chunks() {
    yield randomBytes(bytes);
    take();
    await ended;
    yield Buffer.from('end');
  }
  return Object.assign(chunks(), { taken, end });
}

describe.each(blobStores())('$name', ({ open }) => {
  const store = (): BlobStore => open();
  /** Keys of a test's own. */
  const folder = () => `t-${randomUUID()}/`;
  const read = async (key: string, start?: number, end?: number) =>
    buffer(await store().read(key, start === undefined ? undefined : { start, end: end! }));
  const keys = async (prefix: string) =>
    (await collect(store().list(prefix))).map(({ key }) => key).toSorted();
  const names = async (prefix: string) => (await collect(store().listFolders(prefix))).toSorted();

  test('gives back what was written, and what replaced it', async () => {
    const key = `${folder()}space/objects/ab`;
    expect(await store().size(key)).toBeNull();
    await store().write(key, [Buffer.from('a'), new Uint8Array(), Buffer.from('bc')]);
    expect(String(await read(key))).toBe('abc');
    expect(await store().size(key)).toBe(3);
    await store().write(key, []);
    expect(String(await read(key))).toBe('');
    expect(await store().size(key)).toBe(0);
  });

  test('streams what is larger than a part, and reads any range of it', async () => {
    const key = `${folder()}large`;
    const bytes = randomBytes(19 * MB + 7);
    await store().write(
      key,
      (async function* () {
        for (let at = 0; at < bytes.length; at += 999_999) yield bytes.subarray(at, at + 999_999);
      })(),
    );
    expect((await read(key)).equals(bytes)).toBe(true);
    for (const [start, end] of [
      [0, 1],
      [8 * MB - 1, 8 * MB + 1],
      [19 * MB, 19 * MB + 7],
      [19 * MB, 20 * MB],
      [5, 5],
      [bytes.length, bytes.length + 1],
      [30 * MB, 40 * MB],
    ] as const)
      expect((await read(key, start, end)).equals(bytes.subarray(start, end))).toBe(true);
  });

  test('keeps what it got, whatever becomes of the buffer of a chunk', async () => {
    const key = `${folder()}reused`;
    const chunk = Buffer.alloc(3 * MB);
    await store().write(
      key,
      (function* () {
        for (let i = 1; i <= 5; i++) yield chunk.fill(i);
      })(),
    );
    const bytes = await read(key);
    expect([0, 1, 2, 3, 4].map((i) => bytes[i * 3 * MB])).toEqual([1, 2, 3, 4, 5]);
  });

  test('lets readers leave before the first byte, and in the middle', async () => {
    const key = `${folder()}left`;
    await store().write(key, [randomBytes(4 * MB)]);
    for (let i = 0; i < 60; i++) {
      const [unread, begun] = [await store().read(key), await store().read(key)];
      unread.destroy();
      await begun[Symbol.asyncIterator]().next();
      begun.destroy();
    }
    expect(await read(key)).toHaveLength(4 * MB);
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0.5, 1],
    [0, NaN],
    [0, Infinity],
  ])('refuses the range from %d to %d', async (start, end) => {
    await expect(read('no/key', start, end)).rejects.toThrow(RangeError);
  });

  test('names the key that is missing before the first byte', async () => {
    const prefix = folder();
    await store().write(`${prefix}space/x`, []);
    for (const key of [`${prefix}y`, `${prefix}space`, `${prefix}space/x/y`]) {
      await expect(store().read(key)).rejects.toThrow(new BlobNotFoundError(key));
      await expect(store().read(key, { start: 0, end: 0 })).rejects.toThrow(BlobNotFoundError);
      await expect(store().move(key, `${prefix}z`)).rejects.toThrow(BlobNotFoundError);
      expect(await store().size(key)).toBeNull();
      await store().delete(key);
    }
    expect(await keys(prefix)).toEqual([`${prefix}space/x`]);
  });

  test.each([2, 20])('stores nothing of chunks that break after %d MB', async (size) => {
    const prefix = folder();
    const broken = () =>
      (async function* () {
        for (let i = 0; i < size; i++) yield Buffer.alloc(MB);
        throw Object.assign(new Error('hung up'), { code: 'ENOENT' });
      })();
    await expect(store().write(`${prefix}new`, broken())).rejects.toThrow(/^hung up$/);
    await store().write(`${prefix}old`, [Buffer.from('old')]);
    await expect(store().write(`${prefix}old`, broken())).rejects.toThrow(/^hung up$/);
    expect(await keys(prefix)).toEqual([`${prefix}old`]);
    expect(String(await read(`${prefix}old`))).toBe('old');
  });

  test('shows nothing of what is not written to its end', async () => {
    const key = `${folder()}slow`;
    const chunks = halted(9 * MB);
    const written = store().write(key, chunks);
    await chunks.taken;
    expect(await store().size(key)).toBeNull();
    chunks.end();
    await written;
    expect(await store().size(key)).toBe(9 * MB + 3);
  });

  test('lets one of many create a key, and keeps what that one gave', async () => {
    const key = `${folder()}keys/once`;
    const created = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store().create(key, Buffer.from(`${i}`))),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(String(await read(key))).toBe(`${created.indexOf(true)}`);
    expect(await store().create(key, Buffer.from('late'))).toBe(false);
    await store().delete(key);
    expect(await store().create(key, Buffer.from('again'))).toBe(true);
    expect(String(await read(key))).toBe('again');
  });

  test('is left with one whole blob where many write one key at once', async () => {
    const prefix = folder();
    const versions = Array.from({ length: 8 }, (_, i) => Buffer.alloc(200_000, i));
    await Promise.all(versions.map((bytes) => store().write(`${prefix}x`, [bytes])));
    const bytes = await read(`${prefix}x`);
    expect(versions.some((version) => version.equals(bytes))).toBe(true);
    expect(await keys(prefix)).toEqual([`${prefix}x`]);
  });

  test('moves a blob over another', async () => {
    const prefix = folder();
    await store().write(`${prefix}incoming/1`, [randomBytes(9 * MB)]);
    await store().write(`${prefix}objects/ab`, [Buffer.from('old')]);
    await store().move(`${prefix}incoming/1`, `${prefix}objects/ab`);
    expect(await keys(prefix)).toEqual([`${prefix}objects/ab`]);
    expect(await store().size(`${prefix}objects/ab`)).toBe(9 * MB);
    await store().move(`${prefix}objects/ab`, `${prefix}objects/ab`);
    expect(await store().size(`${prefix}objects/ab`)).toBe(9 * MB);
  });

  test('destroys a blob, and no other', async () => {
    const prefix = folder();
    for (const name of ['x', 'y']) await store().write(prefix + name, [Buffer.from(name)]);
    await store().destroy(`${prefix}x`);
    await store().destroy(`${prefix}x`);
    expect(await store().size(`${prefix}x`)).toBeNull();
    expect(String(await read(`${prefix}y`))).toBe('y');
  });

  test('lists what is below a prefix and nothing beside it', async () => {
    const prefix = folder();
    const all = ['a/x', 'a/y/z', 'a-b/x', 'a.b/x', 'ab/x', 'a_/x'].map((key) => prefix + key);
    for (const key of all) await store().write(key, [Buffer.from(key)]);
    expect(await keys(prefix)).toEqual(all.toSorted());
    expect(await keys(`${prefix}a/`)).toEqual([`${prefix}a/x`, `${prefix}a/y/z`]);
    expect(await keys(`${prefix}none/`)).toEqual([]);
    expect(await names(prefix)).toEqual(['a', 'a-b', 'a.b', 'a_', 'ab']);
    expect(await names(`${prefix}a/`)).toEqual(['y']);
    expect(await names('')).toContain(prefix.slice(0, -1));
    const [entry] = await collect(store().list(`${prefix}ab/`));
    expect(entry).toMatchObject({ key: `${prefix}ab/x`, bytes: `${prefix}ab/x`.length });
    expect(Math.abs(Date.now() - entry!.modifiedAt.getTime())).toBeLessThan(60_000);
  });

  test('deletes what is below a prefix and nothing beside it', async () => {
    const prefix = folder();
    for (const key of ['a/x', 'a/y/z', 'a-b/x', 'ab/x', 'b'])
      await store().write(prefix + key, [Buffer.from(key)]);
    await store().deleteAll(`${prefix}a/`);
    await store().deleteAll(`${prefix}a/`);
    await store().deleteAll(`${prefix}never/was/`);
    expect(await keys(prefix)).toEqual(['a-b/x', 'ab/x', 'b'].map((key) => prefix + key));
    expect(await names(prefix)).toEqual(['a-b', 'ab']);
    await store().write(`${prefix}a/x`, [Buffer.from('again')]);
    expect(await keys(`${prefix}a/`)).toEqual([`${prefix}a/x`]);
  });

  test('deletes what is half-written, too: its writer fails', async () => {
    const prefix = folder();
    const chunks = halted(20 * MB);
    const written = store().write(`${prefix}space/x`, chunks);
    await chunks.taken;
    await store().deleteAll(prefix);
    chunks.end();
    await expect(written).rejects.toThrow(Failure);
    expect(await keys(prefix)).toEqual([]);
  });

  test('sweeps what was left half-written before a time, and only that', async () => {
    const key = `${folder()}space/x`;
    const chunks = halted(20 * MB);
    const written = store().write(key, chunks);
    await chunks.taken;
    await store().sweep(new Date(Date.now() - 60_000));
    chunks.end();
    await written;
    await store().sweep(new Date(Date.now() + 60_000));
    expect(await store().size(key)).toBe(20 * MB + 3);
  });

  test('sweeps a dead upload: nothing of it can be finished', async () => {
    const key = `${folder()}space/x`;
    const chunks = halted(20 * MB);
    const written = store().write(key, chunks);
    await chunks.taken;
    await store().sweep(new Date(Date.now() + 60_000));
    chunks.end();
    await expect(written).rejects.toThrow(Failure);
    expect(await store().size(key)).toBeNull();
  });

  const wrong = ['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/..', '../a', 'a b', 'ä', 'a\0', '~a'];
  test.each([...wrong, 'a'.repeat(129), 'a\n', 'a\\b', 'a%2fb'])(
    'refuses the key %j',
    async (key) => {
      await expect(store().write(key, [])).rejects.toThrow(TypeError);
      await expect(store().create(key, Buffer.of())).rejects.toThrow(TypeError);
      await expect(store().read(key)).rejects.toThrow(TypeError);
      await expect(store().size(key)).rejects.toThrow(TypeError);
      await expect(store().move(key, 'a')).rejects.toThrow(TypeError);
      await expect(store().move('a', key)).rejects.toThrow(TypeError);
      await expect(store().delete(key)).rejects.toThrow(TypeError);
      await expect(store().destroy(key)).rejects.toThrow(TypeError);
    },
  );

  test.each(['a', '/', '/a/', 'a//', '../', './', 'a/../', 'a b/', '~writing/'])(
    'refuses the prefix %j',
    async (prefix) => {
      await expect(keys(prefix)).rejects.toThrow(TypeError);
      await expect(names(prefix)).rejects.toThrow(TypeError);
      await expect(store().deleteAll(prefix)).rejects.toThrow(TypeError);
    },
  );

  test('is not deleted whole by mistake', async () => {
    await expect(store().deleteAll('')).rejects.toThrow(TypeError);
  });
});
