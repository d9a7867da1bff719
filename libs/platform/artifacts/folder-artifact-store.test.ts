import { randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { mountSmallDisk } from '#testing/small-disk.js';
import { useTempFolder } from '#testing/temp-store.js';
import { ArtifactNotFoundError } from '../errors/artifact-not-found.error.js';
import { ArtifactTooLargeError } from '../errors/artifact-too-large.error.js';
import { CorruptArtifactError } from '../errors/corrupt-artifact.error.js';
import { StorageFullError } from '../errors/storage-full.error.js';
import { FolderArtifactStore } from './folder-artifact-store.js';

const folder = useTempFolder();
const store = () => new FolderArtifactStore(folder.path);
const missing = '0'.repeat(64);

/** All files below a folder, relative. */
async function files(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

describe('bytes', () => {
  it('are found under their SHA-256, whichever way they came and go', async () => {
    const tenant = store().scope('bytes');
    const hash = await tenant.put(Buffer.from('abc'));
    expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(
      await tenant.putStream(Readable.from([Buffer.from('a'), Buffer.from('bc')]), { maxBytes: 3 }),
    ).toEqual({ hash, bytes: 3 });
    expect(String(await tenant.get(hash))).toBe('abc');
    expect(String(await buffer(await tenant.getStream(hash)))).toBe('abc');
    expect(await files(join(folder.path, 'bytes'))).toEqual([join('objects', 'ba', hash.slice(2))]);
    await tenant.delete(hash);
    await tenant.delete(hash);
    expect(await tenant.has(hash)).toBe(false);
  });

  it('that are not there are named', async () => {
    const tenant = store().scope('missing');
    await expect(tenant.get(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(tenant.getStream(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(tenant.get('../../etc/passwd')).rejects.toThrow(ArtifactNotFoundError);
  });

  it('that were damaged on the disk are refused', async () => {
    const tenant = store().scope('damaged');
    const hash = await tenant.put(Buffer.from('true'));
    await writeFile(
      join(folder.path, 'damaged', 'objects', hash.slice(0, 2), hash.slice(2)),
      'false',
    );
    await expect(tenant.get(hash)).rejects.toThrow(CorruptArtifactError);
  });

  it('beyond the bound are refused and leave nothing', async () => {
    const tenant = store().scope('large');
    const stream = Readable.from([randomBytes(600), randomBytes(600)]);
    await expect(tenant.putStream(stream, { maxBytes: 1000 })).rejects.toThrow(
      ArtifactTooLargeError,
    );
    expect(stream.destroyed).toBe(true);
    expect(await files(join(folder.path, 'large'))).toEqual([]);
  });

  it('of a stream that breaks leave nothing', async () => {
    const tenant = store().scope('broken');
    const stream = Readable.from(
      (function* () {
        yield randomBytes(10);
        throw new Error('hung up');
      })(),
    );
    await expect(tenant.putStream(stream, { maxBytes: 1000 })).rejects.toThrow('hung up');
    expect(await files(join(folder.path, 'broken'))).toEqual([]);
  });

  it('written by many at once are whole', async () => {
    const tenant = store().scope('many');
    const bytes = randomBytes(200_000);
    const hashes = await Promise.all(Array.from({ length: 20 }, () => tenant.put(bytes)));
    expect(new Set(hashes).size).toBe(1);
    expect((await tenant.get(hashes[0]!)).equals(bytes)).toBe(true);
    expect(await files(join(folder.path, 'many'))).toHaveLength(1);
  });
});

describe('bundles and refs', () => {
  it('keep files by name under one address that depends on content alone', async () => {
    const tenant = store().scope('bundle');
    const [a, b] = [Buffer.from('1'), Buffer.from('2')];
    const hash = await tenant.putBundle({ 'a.json': a, 'b.bin': b });
    expect(await tenant.putBundle({ 'b.bin': b, 'a.json': a })).toBe(hash);
    expect(await tenant.getBundle(hash)).toEqual({ 'a.json': a, 'b.bin': b });
  });

  it('point names to addresses', async () => {
    const tenant = store().scope('refs');
    const first = await tenant.putJson({ n: 1 });
    const second = await tenant.putJson({ n: 2 });
    expect(await tenant.getRef('jobs/j/before')).toBeNull();
    await tenant.setRef('jobs/j/before', first);
    await tenant.setRef('jobs/j/before', second);
    expect(await tenant.getJson((await tenant.getRef('jobs/j/before')) as string)).toEqual({
      n: 2,
    });
    await tenant.deleteRef('jobs/j/before');
    await tenant.deleteRef('jobs/j/before');
    expect(await tenant.getRef('jobs/j/before')).toBeNull();
  });

  it.each(['../other/refs/x', 'a//b', '/a', '.', 'a/..', ''])(
    'refuse the name %j',
    async (name) => {
      await expect(store().scope('names').getRef(name)).rejects.toThrow(TypeError);
    },
  );
});

describe('tenants', () => {
  it('see nothing of each other', async () => {
    const hash = await store().scope('one').put(Buffer.from('private'));
    await store().scope('one').setRef('mine', hash);
    await expect(store().scope('two').get(hash)).rejects.toThrow(ArtifactNotFoundError);
    expect(await store().scope('two').getRef('mine')).toBeNull();
  });

  it.each(['..', 'a/b', '', 'a.b'])('cannot be called %j', (name) => {
    expect(() => store().scope(name)).toThrow(TypeError);
  });

  it('are deleted with all that is theirs', async () => {
    const hash = await store().scope('gone').put(Buffer.from('x'));
    await store().deleteTenant('gone');
    await store().deleteTenant('gone');
    expect(await store().scope('gone').has(hash)).toBe(false);
  });

  it('are freed of what killed writers left, and only of that', async () => {
    const tenant = store().scope('swept');
    const hash = await tenant.put(Buffer.from('kept'));
    const tmp = join(folder.path, 'swept', 'tmp');
    await writeFile(join(tmp, 'old'), '');
    await utimes(join(tmp, 'old'), 1, 1);
    await writeFile(join(tmp, 'young'), '');
    await store().sweep();
    expect(await readdir(tmp)).toEqual(['young']);
    expect(await tenant.has(hash)).toBe(true);
  });
});

const disk = mountSmallDisk(256);
afterAll(() => disk?.unmount());

describe.skipIf(!disk)('a full disk', () => {
  it('is reported as such, keeps what was there and leaves nothing half-written', async () => {
    const full = new FolderArtifactStore(disk!.path);
    const tenant = full.scope('t');
    const kept = await tenant.put(randomBytes(100_000));
    await tenant.setRef('kept', kept);
    const before = await files(disk!.path);
    const tooMuch = Readable.from(Array.from({ length: 40 }, () => randomBytes(10_000)));
    await expect(tenant.putStream(tooMuch, { maxBytes: 1e9 })).rejects.toThrow(StorageFullError);
    await expect(tenant.put(randomBytes(200_000))).rejects.toThrow(StorageFullError);
    expect(await files(disk!.path)).toEqual(before);
    const filler = await tenant.put(randomBytes(130_000)).catch(() => null);
    await expect(tenant.put(randomBytes(30_000))).rejects.toThrow(StorageFullError);
    expect(await tenant.getRef('kept')).toBe(kept);
    expect(await tenant.get(kept)).toHaveLength(100_000);
    if (filler) await tenant.delete(filler);
    await expect(tenant.put(randomBytes(50_000))).resolves.toMatch(/^[0-9a-f]{64}$/);
  });
});
