// What is special to a folder; blob-store.test.ts has what every store does.

import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '#testing/small-disk.js';
import { useTempFolder } from '#testing/temp-store.js';
import { StorageFullError } from '../../errors/storage-full.error.js';
import { collect } from '../stretches.js';
import { FolderBlobs } from './folder-blobs.js';

const folder = useTempFolder();
const open = (name: string) => new FolderBlobs(join(folder.path, name));

/** All files below a folder, relative. */
async function files(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

test('nobody but its owner may look into it', async () => {
  const root = join(folder.path, 'private');
  await open('private').write('t/space/x', [Buffer.from('x')]);
  await open('private').create('t/keys/y', Buffer.from('y'));
  await open('private').move('t/space/x', 't/other/x');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of [...entries.map(({ parentPath, name }) => join(parentPath, name)), root]) {
    const stats = await stat(entry);
    expect([entry, stats.mode & 0o777]).toEqual([entry, stats.isFile() ? 0o600 : 0o700]);
  }
});

test('no file is left of what broke, was replaced or was there already', async () => {
  const broken = (function* () {
    yield randomBytes(10);
    throw new Error('hung up');
  })();
  const blobs = open('clean');
  await expect(blobs.write('t/x', broken)).rejects.toThrow('hung up');
  await blobs.write('t/y', [Buffer.from('1')]);
  await blobs.write('t/y', [Buffer.from('2')]);
  await blobs.create('t/y', Buffer.from('3'));
  expect(await files(join(folder.path, 'clean'))).toEqual(['t/y']);
});

test('is freed of what killed writers left, by age and with its prefix', async () => {
  const blobs = open('swept');
  const half = join(folder.path, 'swept', '~writing', 't', 'space');
  await blobs.write('t/space/kept', []);
  for (const name of ['old', 'young']) await writeFile(join(half, name), '');
  await utimes(join(half, 'old'), 1, 1);
  await blobs.sweep(new Date(60_000));
  expect(await readdir(half)).toEqual(['young']);
  expect(await blobs.size('t/space/kept')).toBe(0);
  await blobs.deleteAll('t/');
  expect(await files(join(folder.path, 'swept'))).toEqual([]);
});

test('what is destroyed is overwritten where it lies', async () => {
  const blobs = open('destroyed');
  await blobs.write('t/key', [Buffer.from('secret')]);
  await link(join(folder.path, 'destroyed/t/key'), join(folder.path, 'same-place'));
  await blobs.destroy('t/key');
  expect(await readFile(join(folder.path, 'same-place'))).toEqual(Buffer.alloc(6));
});

test('takes no notice of what others put into the folder', async () => {
  const root = join(folder.path, 'foreign');
  await mkdir(join(root, 'lost+found'), { recursive: true });
  await writeFile(join(root, 'lost+found', 'x'), '');
  await writeFile(join(root, 'a b'), '');
  expect(await collect(open('foreign').list(''))).toEqual([]);
  expect(await collect(open('foreign').listFolders(''))).toEqual([]);
});

test('many delete one prefix while others write there, and none is left in between', async () => {
  const blobs = open('storm');
  const key = (i: number) => `t/space/${i % 7}/${i}`;
  const writes = Array.from({ length: 100 }, (_, i) =>
    blobs.write(key(i), [Buffer.alloc(1000, i)]).then(
      () => 'written',
      (error: Error) => error.name,
    ),
  );
  await Promise.all(Array.from({ length: 5 }, () => blobs.deleteAll('t/')));
  const outcomes = new Set(await Promise.all(writes));
  outcomes.delete('written');
  outcomes.delete('BlobNotFoundError');
  expect([...outcomes]).toEqual([]);
  await blobs.deleteAll('t/');
  expect(await files(join(folder.path, 'storm'))).toEqual([]);
});

const disk = mountSmallDisk(256);
afterAll(() => disk?.unmount());

describe.skipIf(!disk)('a full disk', () => {
  test('is reported as such, keeps what was there and leaves nothing half-written', async () => {
    const blobs = new FolderBlobs(disk!.path);
    await blobs.write('t/kept', [randomBytes(100_000)]);
    const tooMuch = () => Array.from({ length: 40 }, () => randomBytes(10_000));
    await expect(blobs.write('t/new', tooMuch())).rejects.toThrow(StorageFullError);
    await expect(blobs.write('t/kept', tooMuch())).rejects.toThrow(StorageFullError);
    await expect(blobs.create('t/new', randomBytes(200_000))).rejects.toThrow(StorageFullError);
    expect(await files(disk!.path)).toEqual(['t/kept']);
    expect(await blobs.size('t/kept')).toBe(100_000);
    await blobs.write('t/fits', [randomBytes(50_000)]);
  });
});
