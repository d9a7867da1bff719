// What is special to a folder; artifact-store.test.ts has what every store does.

import { randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '#testing/small-disk.js';
import { useTempFolder } from '#testing/temp-store.js';
import { CorruptArtifactError } from '../errors/corrupt-artifact.error.js';
import { StorageFullError } from '../errors/storage-full.error.js';
import { FolderArtifactStore } from './folder-artifact-store.js';

const folder = useTempFolder();
const store = () => new FolderArtifactStore(folder.path);

/** All files below a folder, relative. */
async function files(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

test('keeps equal bytes in one file', async () => {
  const tenant = store().scope('many');
  const bytes = randomBytes(200_000);
  const [hash] = await Promise.all(Array.from({ length: 20 }, () => tenant.put(bytes)));
  const path = join('objects', hash!.slice(0, 2), hash!.slice(2));
  expect(await files(join(folder.path, 'many'))).toEqual([path]);
});

test('leaves no file of what it refused or did not get whole', async () => {
  const tenant = store().scope('refused');
  const large = Readable.from([randomBytes(600), randomBytes(600)]);
  await expect(tenant.putStream(large, { maxBytes: 1000 })).rejects.toThrow();
  const broken = Readable.from(
    (function* () {
      yield randomBytes(10);
      throw new Error('hung up');
    })(),
  );
  await expect(tenant.putStream(broken, { maxBytes: 1000 })).rejects.toThrow();
  expect(await files(join(folder.path, 'refused'))).toEqual([]);
});

test('refuses bytes that were damaged on the disk', async () => {
  const tenant = store().scope('damaged');
  const hash = await tenant.put(Buffer.from('true'));
  await writeFile(
    join(folder.path, 'damaged', 'objects', hash.slice(0, 2), hash.slice(2)),
    'false',
  );
  await expect(tenant.get(hash)).rejects.toThrow(CorruptArtifactError);
});

test('is freed of what killed writers left, and only of that', async () => {
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

const disk = mountSmallDisk(256);
afterAll(() => disk?.unmount());

describe.skipIf(!disk)('a full disk', () => {
  test('is reported as such, keeps what was there and leaves nothing half-written', async () => {
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
