// Expected bytes were made by an independent implementation of format.ts: Python's `cryptography`
// (AESGCM, HKDF) and `hmac`, with the keys and salts below.

import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import { CorruptArtifactError } from '../../errors/corrupt-artifact.error.js';
import type { BlobStore, Chunks } from '../blobs/blob-store.js';
import type { ByteRange } from '../blobs/byte-range.js';
import { blobStores } from '../blobs/testing/blob-stores.js';
import { SpaceKey } from '../keys/space-key.js';
import { ChunkOpener } from './chunk-opener.js';
import { ChunkSealer } from './chunk-sealer.js';
import { CHUNK, FRAME, frameStart, HEADER, nonce } from './format.js';
import { openBytes, openSealed } from './open-sealed.js';
import { seal, sealBytes } from './seal.js';

const keyBytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const salt = keyBytes.map((byte) => byte + 100) as Buffer<ArrayBuffer>;
const key = new SpaceKey('acme', 'job-1', keyBytes);
const NAME = 'objects/x';

const patterned = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 13)));
const sealed = (chunks: Chunks) => buffer(seal(chunks, key, () => NAME));

describe('the format', () => {
  const header = `6c657468652d7301${salt.toString('hex')}`;
  test.each([
    ['abc', '1f7b17e392a2112252271f2c63b8909f44d8ba'],
    ['', '95aa5b3cfffa7e733948094613386120'],
  ])('opens %j, sealed elsewhere', (text, frame) => {
    expect(String(openBytes(Buffer.from(header + frame, 'hex'), key, NAME))).toBe(text);
  });

  test('seals three chunks as elsewhere', () => {
    const bytes = patterned(2 * CHUNK + 5);
    const sealer = new ChunkSealer(key, salt);
    const chunk = (i: number) => bytes.subarray(i * CHUNK, (i + 1) * CHUNK);
    const all = [
      [sealer.header],
      sealer.seal(0, chunk(0)),
      sealer.seal(1, chunk(1)),
      sealer.seal(2, chunk(2), NAME),
    ].flat();
    expect(createHash('sha256').update(Buffer.concat(all)).digest('hex')).toBe(
      '8391913c3282dc538da74a9ac87af87e68b4d75ef218e805acc9a78175c8f981',
    );
  });

  test('names as elsewhere', () => {
    expect(key.name('abc')).toBe(
      'ce493baa4db8c17a77e63ede8860a9dd5ed852214a66dffef4b1aeeb15fff31b',
    );
  });

  test('counts chunks beyond 2^32', () => {
    const index = 2 ** 33 + 1;
    const frame = Buffer.from('6199f006e05159e75b4eeca440b8c610946977', 'hex');
    const sealer = new ChunkSealer(key, salt);
    expect(Buffer.concat(sealer.seal(index, Buffer.from('far')))).toEqual(frame);
    const opener = new ChunkOpener(sealer.header, key, NAME);
    expect(String(opener.open(index, frame, false))).toBe('far');
    expect(() => opener.open(1, frame, false)).toThrow(CorruptArtifactError);
  });

  test('never has one nonce twice', () => {
    const indices = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const nonces = indices.flatMap((i) => [nonce(i, false), nonce(i, true)]);
    expect(new Set(nonces.map((one) => one.toString('hex'))).size).toBe(2 * indices.length);
    expect(nonces.every((one) => one.length === 12)).toBe(true);
    expect(() => nonce(-1, false)).toThrow(RangeError);
    expect(() => nonce(0.5, false)).toThrow(RangeError);
  });

  test('never seals the same bytes into the same', () => {
    expect(sealBytes(keyBytes, key, NAME)).not.toEqual(sealBytes(keyBytes, key, NAME));
  });
});

const sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1];

describe.each(blobStores())('in $name', ({ open }) => {
  const path = key.path(NAME);
  const store = async (bytes: Buffer): Promise<BlobStore> => {
    const blobs = open();
    await blobs.write(path, [bytes]);
    return blobs;
  };
  const opened = async (blobs: BlobStore, range?: ByteRange) =>
    buffer(await openSealed(blobs, key, NAME, range));

  test.each(sizes)('%d bytes come back whole, however they came', async (size) => {
    const bytes = randomBytes(size);
    const halves = [bytes.subarray(0, size >> 1), new Uint8Array(), bytes.subarray(size >> 1)];
    for (const one of [await sealed([bytes]), await sealed(halves), sealBytes(bytes, key, NAME)]) {
      expect(one.length).toBe(HEADER + size + 16 * Math.max(Math.ceil(size / CHUNK), 1));
      expect(openBytes(one, key, NAME).equals(bytes)).toBe(true);
      expect((await opened(await store(one))).equals(bytes)).toBe(true);
    }
  });

  test('a range opens as it would be cut from the whole', async () => {
    const bytes = randomBytes(3 * CHUNK + 7);
    const blobs = await store(sealBytes(bytes, key, NAME));
    const edges = [CHUNK, 2 * CHUNK, 3 * CHUNK, bytes.length].flatMap((at) => [at - 1, at, at + 1]);
    const ends = [0, 1, ...edges, Number.MAX_SAFE_INTEGER];
    for (const start of ends)
      for (const end of ends.filter((one) => one >= start)) {
        const part = await opened(blobs, { start, end });
        expect([start, end, part.equals(bytes.subarray(start, end))]).toEqual([start, end, true]);
      }
  });

  test.each(sizes)('a range of %d bytes ends where they do', async (size) => {
    const bytes = randomBytes(size);
    const blobs = await store(sealBytes(bytes, key, NAME));
    for (const start of [0, size - 1, size, size + CHUNK].filter((at) => at >= 0))
      for (const end of [start, start + 1, start + 3 * CHUNK])
        expect((await opened(blobs, { start, end })).equals(bytes.subarray(start, end))).toBe(true);
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0.5, 1],
    [0, Infinity],
  ])('refuses the range from %d to %d', async (start, end) => {
    await expect(openSealed(open(), key, NAME, { start, end })).rejects.toThrow(RangeError);
  });

  test('names what is missing', async () => {
    await expect(openSealed(open(), key, 'objects/none')).rejects.toThrow(BlobNotFoundError);
  });

  test('reads no more than the chunks of a range, the first and the last', async () => {
    const bytes = randomBytes(9 * CHUNK);
    const blobs = await store(sealBytes(bytes, key, NAME));
    let read = 0;
    const counting = {
      size: (at: string) => blobs.size(at),
      read: (at: string, range?: ByteRange) => {
        read += range!.end - range!.start;
        return blobs.read(at, range);
      },
    };
    const range = { start: 4 * CHUNK + 1, end: 4 * CHUNK + 2 };
    expect(await buffer(await openSealed(counting, key, NAME, range))).toEqual(
      bytes.subarray(range.start, range.end),
    );
    expect(read).toBe(HEADER + 3 * FRAME + 1);
  });

  const original = sealBytes(patterned(2 * CHUNK + 5), key, NAME);
  const frame = (i: number) => original.subarray(frameStart(i), frameStart(i + 1));
  const head = original.subarray(0, HEADER);
  const flipped = (at: number) => {
    const bytes = Buffer.from(original);
    bytes[at]! ^= 1;
    return bytes;
  };
  const other = sealBytes(patterned(2 * CHUNK + 5), key, NAME);
  const short = sealBytes(patterned(7), key, NAME);
  const damaged: [string, Buffer][] = [
    ['a flip in the magic', flipped(0)],
    ['another version', flipped(7)],
    ['a flip in the salt', flipped(8)],
    ['a flip in the first chunk', flipped(HEADER)],
    ['a flip in the first tag', flipped(frameStart(1) - 1)],
    ['a flip in the second chunk', flipped(frameStart(1) + 12345)],
    ['a flip in the last chunk', flipped(frameStart(2))],
    ['a flip in the last tag', flipped(original.length - 1)],
    ['no bytes', Buffer.of()],
    ['a part of the header', original.subarray(0, HEADER - 1)],
    ['the header alone', head],
    ['a part of the first chunk', original.subarray(0, HEADER + 1000)],
    ['the first chunk alone', original.subarray(0, frameStart(1))],
    ['one byte more than that', original.subarray(0, frameStart(1) + 1)],
    ['the first two chunks', original.subarray(0, frameStart(2))],
    ['a part of the last tag', original.subarray(0, original.length - 1)],
    ['the last chunk alone', Buffer.concat([head, frame(2)])],
    ['the last two chunks', Buffer.concat([head, frame(1), frame(2)])],
    ['no middle chunk', Buffer.concat([head, frame(0), frame(2)])],
    ['a chunk twice', Buffer.concat([head, frame(0), frame(1), frame(1), frame(2)])],
    ['two chunks in another order', Buffer.concat([head, frame(1), frame(0), frame(2)])],
    ["another object's chunk", Buffer.concat([head, frame(0), other.subarray(frameStart(1))])],
    [
      "another object's header",
      Buffer.concat([other.subarray(0, HEADER), original.subarray(HEADER)]),
    ],
    ['a byte more', Buffer.concat([original, Buffer.of(0)])],
    ['a tag more', Buffer.concat([original, Buffer.alloc(16)])],
    ['a chunk more', Buffer.concat([original, frame(0)])],
    ['itself twice', Buffer.concat([original, original])],
    ['a byte more, of a short one', Buffer.concat([short, Buffer.of(0)])],
    ['a byte less, of a short one', short.subarray(0, -1)],
  ];

  test.each(damaged)('%s is noticed before a wrong byte comes out', async (_, bytes) => {
    expect(() => openBytes(bytes, key, NAME)).toThrow(CorruptArtifactError);
    const blobs = await store(bytes);
    const out: Buffer[] = [];
    const read = async () => {
      for await (const chunk of await openSealed(blobs, key, NAME)) out.push(chunk);
    };
    await expect(read()).rejects.toThrow(CorruptArtifactError);
    const given = Buffer.concat(out);
    expect(
      patterned(2 * CHUNK)
        .subarray(0, given.length)
        .equals(given),
    ).toBe(true);
  });

  test('a cut object is noticed before any byte comes out', async () => {
    for (const end of [frameStart(1), frameStart(1) + 1, frameStart(2), original.length - 1]) {
      const blobs = await store(original.subarray(0, end));
      await expect(openSealed(blobs, key, NAME)).rejects.toThrow(CorruptArtifactError);
      await expect(openSealed(blobs, key, NAME, { start: 0, end: 1 })).rejects.toThrow(
        CorruptArtifactError,
      );
    }
  });

  test('bytes that vanish while they are read are noticed', async () => {
    const blobs = await store(original);
    const cutting = {
      size: (at: string) => blobs.size(at),
      read: (at: string, range?: ByteRange) =>
        blobs.read(at, range!.end === frameStart(2) ? { ...range!, end: frameStart(1) } : range),
    };
    await expect(openSealed(cutting, key, NAME).then((chunks) => buffer(chunks))).rejects.toThrow(
      CorruptArtifactError,
    );
  });

  test.each([
    ['name', key, 'objects/y'],
    ['space', new SpaceKey('acme', 'job-2', keyBytes), NAME],
    ['tenant', new SpaceKey('other', 'job-1', keyBytes), NAME],
    ['key', new SpaceKey('acme', 'job-1', randomBytes(32)), NAME],
  ])('what was sealed for one %s opens for no other', async (_, otherKey, name) => {
    for (const size of [0, 7, CHUNK, 2 * CHUNK + 5]) {
      const bytes = sealBytes(patterned(size), key, NAME);
      expect(() => openBytes(bytes, otherKey, name)).toThrow(CorruptArtifactError);
      const blobs = open();
      await blobs.write(otherKey.path(name), [bytes]);
      await expect(openSealed(blobs, otherKey, name)).rejects.toThrow(CorruptArtifactError);
    }
  });

  test('a name may depend on all bytes', async () => {
    const hash = createHash('sha256');
    const bytes = randomBytes(CHUNK + 1);
    const hashed = function* () {
      for (const chunk of [bytes.subarray(0, 10), bytes.subarray(10)]) {
        hash.update(chunk);
        yield chunk;
      }
    };
    const one = await buffer(seal(hashed(), key, () => key.name(hash.digest('hex'))));
    const name = key.name(createHash('sha256').update(bytes).digest('hex'));
    expect(openBytes(one, key, name).equals(bytes)).toBe(true);
  });

  test('a source may use its buffer again', async () => {
    const chunk = Buffer.alloc(300_000);
    const reusing = function* () {
      for (let i = 1; i <= 8; i++) yield chunk.fill(i);
    };
    const bytes = openBytes(await sealed(reusing()), key, NAME);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((i) => bytes[i * 300_000])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  test('a source that breaks off seals no end', async () => {
    const broken = function* () {
      yield randomBytes(2 * CHUNK);
      throw new Error('hung up');
    };
    await expect(
      open().write(
        path,
        seal(broken(), key, () => NAME),
      ),
    ).rejects.toThrow('hung up');
  });
});

test('nothing that holds a key shows it', () => {
  const shown = JSON.stringify(key) + String(key);
  expect(shown).not.toContain(keyBytes.toString('hex'));
  expect(shown).not.toContain(keyBytes.toString('base64'));
});
