// What every artifact store does, whatever it is made of.

import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { ArtifactNotFoundError } from '../errors/artifact-not-found.error.js';
import { ArtifactTooLargeError } from '../errors/artifact-too-large.error.js';
import type { ArtifactStore } from './artifact-store.js';
import { FolderArtifactStore } from './folder-artifact-store.js';

const folder = useTempFolder();
const stores: [string, () => ArtifactStore][] = [
  ['a folder', () => new FolderArtifactStore(folder.path)],
];
const missing = '0'.repeat(64);

describe.each(stores)('%s', (_, store) => {
  test('finds bytes under their SHA-256, whichever way they came and go', async () => {
    const tenant = store().scope('bytes');
    const hash = await tenant.put(Buffer.from('abc'));
    expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(
      await tenant.putStream(Readable.from([Buffer.from('a'), Buffer.from('bc')]), { maxBytes: 3 }),
    ).toEqual({ hash, bytes: 3 });
    expect(String(await tenant.get(hash))).toBe('abc');
    expect(String(await buffer(await tenant.getStream(hash)))).toBe('abc');
    await tenant.delete(hash);
    await tenant.delete(hash);
    expect(await tenant.has(hash)).toBe(false);
  });

  test('names what is missing', async () => {
    const tenant = store().scope('missing');
    await expect(tenant.get(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(tenant.getStream(missing)).rejects.toThrow(ArtifactNotFoundError);
    await expect(tenant.get('../../etc/passwd')).rejects.toThrow(ArtifactNotFoundError);
  });

  test('refuses bytes beyond the bound, and ends their stream', async () => {
    const tenant = store().scope('large');
    const bytes = randomBytes(1200);
    const stream = Readable.from([bytes.subarray(0, 600), bytes.subarray(600)]);
    await expect(tenant.putStream(stream, { maxBytes: 1000 })).rejects.toThrow(
      ArtifactTooLargeError,
    );
    expect(stream.destroyed).toBe(true);
    expect(await tenant.has(createHash('sha256').update(bytes).digest('hex'))).toBe(false);
  });

  test('stores nothing of a stream that breaks', async () => {
    const tenant = store().scope('broken');
    const bytes = randomBytes(10);
    const stream = Readable.from(
      (function* () {
        yield bytes;
        throw new Error('hung up');
      })(),
    );
    await expect(tenant.putStream(stream, { maxBytes: 1000 })).rejects.toThrow('hung up');
    expect(await tenant.has(createHash('sha256').update(bytes).digest('hex'))).toBe(false);
  });

  test('keeps bytes whole that many write at once', async () => {
    const tenant = store().scope('many');
    const bytes = randomBytes(200_000);
    const hashes = await Promise.all(Array.from({ length: 20 }, () => tenant.put(bytes)));
    expect(new Set(hashes).size).toBe(1);
    expect((await tenant.get(hashes[0]!)).equals(bytes)).toBe(true);
  });

  test('keeps the files of a bundle under one address that depends on content alone', async () => {
    const tenant = store().scope('bundle');
    const [a, b] = [Buffer.from('1'), Buffer.from('2')];
    const hash = await tenant.putBundle({ 'a.json': a, 'b.bin': b });
    expect(await tenant.putBundle({ 'b.bin': b, 'a.json': a })).toBe(hash);
    expect(await tenant.getBundle(hash)).toEqual({ 'a.json': a, 'b.bin': b });
  });

  test('points refs to addresses', async () => {
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

  test.each(['../other/refs/x', 'a//b', '/a', '.', 'a/..', ''])(
    'refuses a ref named %j',
    async (name) => {
      await expect(store().scope('names').getRef(name)).rejects.toThrow(TypeError);
    },
  );

  test('shows tenants nothing of each other', async () => {
    const hash = await store().scope('one').put(Buffer.from('private'));
    await store().scope('one').setRef('mine', hash);
    await expect(store().scope('two').get(hash)).rejects.toThrow(ArtifactNotFoundError);
    expect(await store().scope('two').getRef('mine')).toBeNull();
  });

  test.each(['..', 'a/b', '', 'a.b'])('refuses a tenant called %j', (name) => {
    expect(() => store().scope(name)).toThrow(TypeError);
  });

  test('deletes a tenant with all that is theirs', async () => {
    const tenant = store().scope('gone');
    const hash = await tenant.put(Buffer.from('x'));
    await tenant.setRef('mine', hash);
    await store().deleteTenant('gone');
    await store().deleteTenant('gone');
    expect(await tenant.has(hash)).toBe(false);
    expect(await tenant.getRef('mine')).toBeNull();
  });
});
