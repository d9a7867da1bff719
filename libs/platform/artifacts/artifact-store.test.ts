// What a sealed store does, in a folder and on S3. The blob stores below it have a suite of their own.

import { createHash, randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '#testing/small-disk.js';
import { openTestStore, type TestStore, useTempFolder, withSpaces } from '#testing/temp-store.js';
import { ArtifactNotFoundError } from '../errors/artifact-not-found.error.js';
import { ArtifactTooLargeError } from '../errors/artifact-too-large.error.js';
import { CorruptArtifactError } from '../errors/corrupt-artifact.error.js';
import { SpaceErasedError } from '../errors/space-erased.error.js';
import { StorageFullError } from '../errors/storage-full.error.js';
import { FolderBlobs } from './blobs/folder-blobs.js';
import { blobStores } from './blobs/testing/blob-stores.js';
import { Keyring } from './keys/keyring.js';
import { LocalRootKey } from './keys/local-root-key.js';
import { SealedArtifactStore } from './sealed-artifact-store.js';
import { SpaceKeeper } from './space-keeper.js';
import { collect } from './stretches.js';

const MB = 2 ** 20;
const missing = '0'.repeat(64);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(blobStores())('a space in $name', ({ open }) => {
  const keys = useTempFolder();
  const root = new LocalRootKey(randomBytes(32));
  /** As another process has it, which remembers no key. */
  const opened = (): TestStore => {
    const keyring = new Keyring(new FolderBlobs(keys.path), [root]);
    const [store, keeper] = [
      new SealedArtifactStore(open(), keyring),
      new SpaceKeeper(open(), keyring),
    ];
    return withSpaces({ store, keeper });
  };
  let files: TestStore;
  beforeAll(() => void (files = opened()));

  const read = async (key: string): Promise<Buffer> => buffer(await open().read(key));
  const stored = async (prefix: string): Promise<string[]> =>
    (await collect(open().list(prefix))).map(({ key }) => key);

  /** Flips a bit of all that lies below a prefix. @param at 0: the first byte, 1: the last */
  async function damage(prefix: string, at = 1): Promise<void> {
    for (const key of await stored(prefix)) {
      const bytes = await read(key);
      bytes[Math.round(at * (bytes.length - 1))]! ^= 1;
      await open().write(key, [bytes]);
    }
  }

  test('finds bytes under their SHA-256, whichever way they came and go', async () => {
    const space = await files.space('bytes');
    const hash = await space.put(Buffer.from('abc'));
    expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const stream = Readable.from([Buffer.from('a'), Buffer.from('bc')]);
    expect(await space.putStream(stream, { maxBytes: 3 })).toEqual({ hash, bytes: 3 });
    expect(String(await space.get(hash))).toBe('abc');
    expect(String(await buffer(await space.getStream(hash)))).toBe('abc');
    expect(String(await buffer(await space.getStream(hash, { start: 1, end: 2 })))).toBe('b');
    expect(await space.has(hash)).toBe(true);
    expect(await space.has(missing)).toBe(false);
  });

  test('keeps equal bytes once, and none of them in clear', async () => {
    const space = await files.space('sealed');
    const secret = Buffer.from('Ada Quill was born in Tarnholt');
    const hash = await space.put(secret);
    await space.put(secret);
    await space.write('born in Tarnholt', secret);
    const paths = await stored('sealed/');
    expect(paths).toHaveLength(2);
    expect(paths.join()).not.toContain(hash);
    for (const path of paths) expect((await read(path)).includes('Tarn')).toBe(false);
  });

  test('names what is missing', async () => {
    const space = await files.space('missing');
    await expect(space.get(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(space.getStream(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(space.get('../../etc/passwd')).rejects.toThrow(ArtifactNotFoundError);
  });

  test('refuses bytes beyond the bound, ends their stream and keeps none of them', async () => {
    const space = await files.space('large');
    const bytes = randomBytes(1200);
    const stream = Readable.from([bytes.subarray(0, 600), bytes.subarray(600)]);
    await expect(space.putStream(stream, { maxBytes: 1000 })).rejects.toThrow(
      ArtifactTooLargeError,
    );
    expect(stream.destroyed).toBe(true);
    expect(await space.has(sha256(bytes))).toBe(false);
    expect(await stored('large/')).toEqual([]);
  });

  test('stores nothing of a stream that breaks', async () => {
    const space = await files.space('broken');
    const stream = Readable.from(
      (function* () {
        yield randomBytes(10);
        throw new Error('hung up');
      })(),
    );
    await expect(space.putStream(stream, { maxBytes: 1000 })).rejects.toThrow('hung up');
    expect(await stored('broken/')).toEqual([]);
  });

  test('shows who reads whole bytes, however often they are put again meanwhile', async () => {
    const space = await files.space('again');
    const bytes = randomBytes(3 * MB + 1);
    const hash = await space.put(bytes);
    for (let round = 0; round < 20; round++) {
      const puts = Promise.all([space.put(bytes), space.put(bytes)]);
      expect((await space.get(hash)).equals(bytes)).toBe(true);
      await puts;
    }
  });

  test.each([0, 0.4, 1])(
    'names what is damaged at %d, and is healed by the right bytes',
    async (at) => {
      const tenant = `damaged${at * 10}`;
      const space = await files.space(tenant);
      const bytes = randomBytes(2 * MB);
      const hash = await space.put(bytes);
      await space.write('named', bytes);
      await damage(`${tenant}/space/`, at);
      await expect(space.get(hash)).rejects.toThrow(CorruptArtifactError);
      await expect(space.get(hash)).rejects.toThrow(`artifact ${tenant}/space/objects/`);
      await expect(space.getStream(hash).then(buffer)).rejects.toThrow(CorruptArtifactError);
      await expect(space.read('named')).rejects.toThrow(CorruptArtifactError);
      if (at === 0.4) await space.putStream(Readable.from([bytes]), { maxBytes: bytes.length });
      else await space.put(bytes);
      await space.write('named', bytes);
      expect((await space.get(hash)).equals(bytes)).toBe(true);
      expect((await space.read('named'))?.equals(bytes)).toBe(true);
    },
  );

  test('keeps the files of a bundle under one address that depends on content alone', async () => {
    const space = await files.space('bundle');
    const [a, b] = [Buffer.from('1'), Buffer.from('2')];
    const hash = await space.putBundle({ 'a.json': a, 'b.bin': b });
    expect(await space.putBundle({ 'b.bin': b, 'a.json': a })).toBe(hash);
    expect(await space.getBundle(hash)).toEqual({ 'a.json': a, 'b.bin': b });
    expect(await space.listBundle(hash)).toEqual({ 'a.json': sha256(a), 'b.bin': sha256(b) });
  });

  test('points refs to addresses, and replaces what has a name', async () => {
    const space = await files.space('refs');
    const [first, second] = [await space.putJson({ n: 1 }), await space.putJson({ n: 2 })];
    expect(await space.getRef('before')).toBeNull();
    await space.setRef('before', first);
    await space.setRef('before', second);
    expect(await space.getJson((await space.getRef('before'))!)).toEqual({ n: 2 });
    await space.write('checkpoint', Buffer.from('1'));
    await space.write('checkpoint', Buffer.from('2'));
    expect(String(await space.read('checkpoint'))).toBe('2');
    await space.remove('checkpoint');
    await space.remove('checkpoint');
    expect(await space.read('checkpoint')).toBeNull();
    expect(await space.getRef('before')).toBe(second);
  });

  test('shows nothing to another space or tenant', async () => {
    const one = await files.space('one', 'a');
    const hash = await one.put(Buffer.from('private'));
    await one.setRef('mine', hash);
    for (const other of [await files.space('one', 'b'), await files.space('two', 'a')]) {
      await expect(other.get(hash)).rejects.toThrow(ArtifactNotFoundError);
      expect(await other.getRef('mine')).toBeNull();
    }
  });

  test('that nobody made takes nothing and gives nothing', async () => {
    const space = files.store.scope('bytes').space('unmade');
    await expect(space.put(Buffer.from('x'))).rejects.toThrow(SpaceErasedError);
    await expect(space.write('x', Buffer.from('x'))).rejects.toThrow(SpaceErasedError);
    await expect(space.get(missing)).rejects.toThrow(SpaceErasedError);
    expect(await stored('bytes/unmade/')).toEqual([]);
  });

  test('that is erased is gone for who looks, and its straggler writes what nobody can read', async () => {
    const space = await files.space('gone', 'space');
    const hash = await space.put(Buffer.from('x'));
    const another = opened();
    await another.keeper.erase('gone', 'space');
    await another.keeper.erase('gone', 'space');
    expect(await stored('gone/')).toEqual([]);
    await expect(another.store.scope('gone').space('space').get(hash)).rejects.toThrow(
      SpaceErasedError,
    );
    // This process still remembers the key.
    await space.put(Buffer.from('late'));
    const seen = await collect(another.keeper.spaces());
    expect(seen).toContainEqual({ tenantId: 'gone', space: 'space' });
    await another.keeper.eraseTenant('gone');
    expect(await stored('gone/')).toEqual([]);
  });

  test('is swept of a copy of its key that a killed writer left', async () => {
    await files.space('swept');
    const folder = join(keys.path, '~writing', 'swept', 'spaces');
    await writeFile(join(folder, 'copy'), 'wrapped');
    await files.keeper.sweep();
    expect(await readdir(folder)).toEqual(['copy']);
    await files.keeper.sweep(Date.now() + 61_000);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['..', 'a/b', '', 'a.b'])('no tenant is called %j', (name) => {
    expect(() => files.store.scope(name)).toThrow(TypeError);
  });
});

/** All files below a folder, relative. */
async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

const disk = mountSmallDisk(256);
afterAll(() => disk?.unmount());

describe.skipIf(!disk)('a full disk', () => {
  test('is reported as such, keeps what was there and leaves nothing half-written', async () => {
    const full = await openTestStore(disk!.path);
    const space = await full.space('t');
    const kept = await space.put(randomBytes(50_000));
    const before = await filesIn(disk!.path);
    const tooMuch = Readable.from(Array.from({ length: 40 }, () => randomBytes(10_000)));
    await expect(space.putStream(tooMuch, { maxBytes: 1e9 })).rejects.toThrow(StorageFullError);
    await expect(space.put(randomBytes(250_000))).rejects.toThrow(StorageFullError);
    expect(await filesIn(disk!.path)).toEqual(before);
    expect((await space.get(kept)).length).toBe(50_000);
  });
});
