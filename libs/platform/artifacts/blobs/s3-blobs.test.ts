// What is special to S3; blob-store.test.ts has what every store does.

import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectLegalHoldCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toData } from '#failure/failure-data.js';
import type { Failure } from '#failure/failure.js';
import { useProxy } from '#testing/proxy.js';
import { hasS3, startS3, type S3Server } from '#testing/s3-server.js';
import { mountSmallDisk } from '#testing/small-disk.js';
import { CorruptArtifactError } from '../../errors/corrupt-artifact.error.js';
import { StorageFullError } from '../../errors/storage-full.error.js';
import { StorageUnavailableError } from '../../errors/storage-unavailable.error.js';
import { collect } from '../stretches.js';
import { S3Blobs } from './s3-blobs.js';
import { addressOf, type Bucket } from './s3/bucket.js';
import { listUploads, listVersions } from './s3/listing.js';
import { createS3Client } from './s3/s3-client.js';
import { createBucket, keepVersions, useS3 } from './testing/s3.js';

const MB = 2 ** 20;
const read = async (blobs: S3Blobs, key: string) => buffer(await blobs.read(key));

describe.skipIf(!hasS3)('S3', () => {
  const s3 = useS3();
  const proxy = useProxy(() => s3.server.url);
  let bucket: Bucket;
  let blobs: S3Blobs;
  /** The same bucket, through the proxy. */
  let shaky: S3Blobs;
  beforeAll(async () => {
    bucket = await createBucket(s3.server.url, 'lethe/');
    blobs = new S3Blobs(bucket);
    const client = createS3Client({ endpoint: proxy.url, pathStyle: true });
    shaky = new S3Blobs({ ...bucket, client });
  });
  const fileOf = (key: string) => join(s3.server.folder, bucket.name, bucket.prefix, key);

  /** Drops the first answer to a request that has the words, after it was served. */
  function loseAnswer(words: string): { lost(): boolean } {
    let [asked, lost] = [false, false];
    proxy.toServer = (bytes) => {
      asked ||= bytes.includes(words);
      return bytes;
    };
    proxy.toClient = (bytes) => {
      if (!asked || lost || bytes.includes('100 Continue')) return bytes;
      lost = true;
      return null;
    };
    return { lost: () => lost };
  }

  test('keeps everything below its prefix', async () => {
    const beside = new S3Blobs({ ...bucket, prefix: '' });
    await beside.write('lethe2/t/x', []);
    await blobs.write('t/prefixed/x', []);
    expect(await beside.size('lethe/t/prefixed/x')).toBe(0);
    expect(await collect(blobs.listFolders(''))).not.toContain('lethe2');
    await blobs.deleteAll('t/');
    expect(await beside.size('lethe2/t/x')).toBe(0);
  });

  test('who created a key knows it, even if the answer was lost', async () => {
    const answer = loseAnswer('PUT /');
    expect(await shaky.create('t/created', Buffer.from('mine'))).toBe(true);
    expect(answer.lost()).toBe(true);
    loseAnswer('PUT /');
    expect(await shaky.create('t/created', Buffer.from('late'))).toBe(false);
    expect(String(await read(blobs, 't/created'))).toBe('mine');
  });

  test('what was put together is there, even if the answer was lost', async () => {
    const bytes = randomBytes(9 * MB);
    const answer = loseAnswer('<CompleteMultipartUpload');
    await shaky.write('t/completed', [bytes]);
    expect(answer.lost()).toBe(true);
    expect((await read(blobs, 't/completed')).equals(bytes)).toBe(true);
  });

  test('a reader does not notice that its connection breaks', async () => {
    const bytes = randomBytes(9 * MB);
    await blobs.write('t/broken', [bytes]);
    let [seen, breaks] = [0, 0];
    proxy.toClient = (piece) => {
      if ((seen += piece.length) < 2 * MB) return piece;
      seen = 0;
      breaks += 1;
      return null;
    };
    expect((await read(shaky, 't/broken')).equals(bytes)).toBe(true);
    expect(breaks).toBeGreaterThan(2);
    const range = { start: MB, end: 8 * MB };
    expect(
      (await buffer(await shaky.read('t/broken', range))).equals(bytes.subarray(MB, 8 * MB)),
    ).toBe(true);
  });

  test('a reader fails where the object is replaced behind a broken connection', async () => {
    await blobs.write('t/replaced', [randomBytes(9 * MB)]);
    let seen = 0;
    proxy.toClient = (piece) => ((seen += piece.length) < 2 * MB ? piece : null);
    const stream = await shaky.read('t/replaced');
    await blobs.write('t/replaced', [randomBytes(9 * MB)]);
    proxy.toClient = (piece) => ((seen += piece.length) < 4 * MB ? piece : null);
    await expect(buffer(stream)).rejects.toThrow(StorageUnavailableError);
  });

  test('gives up on a connection that brings nothing', async () => {
    await blobs.write('t/dead', [Buffer.from('x')]);
    proxy.toClient = () => null;
    await expect(shaky.read('t/dead')).rejects.toThrow(StorageUnavailableError);
    await expect(shaky.write('t/dead', [])).rejects.toThrow(StorageUnavailableError);
  });

  test('nothing is stored of bytes that change on the way', async () => {
    for (const [key, size] of [
      ['t/small', MB],
      ['t/large', 9 * MB],
    ] as const) {
      const bytes = Buffer.alloc(size, 1);
      proxy.toServer = (piece) => Buffer.from(piece.map((byte) => (byte === 1 ? 2 : byte)));
      await expect(shaky.write(key, [bytes])).rejects.toThrow(StorageUnavailableError);
      expect(await blobs.size(key)).toBeNull();
    }
    expect(await collect(listUploads(bucket, ''))).toEqual([]);
  });

  test.each([1000, 9 * MB])('%d bytes that were damaged are not taken for whole', async (size) => {
    const key = `t/damaged-${size}`;
    await blobs.write(key, [randomBytes(size)]);
    const bytes = await readFile(fileOf(key));
    bytes[size - 10]! ^= 1;
    await writeFile(fileOf(key), bytes);
    await expect(read(blobs, key)).rejects.toThrow(CorruptArtifactError);
  });

  test('a missing bucket is not taken for a missing key', async () => {
    const nowhere = new S3Blobs({ ...bucket, name: 'no-such-bucket' });
    for (const attempt of [
      () => nowhere.size('t/x'),
      () => nowhere.read('t/x'),
      () => nowhere.write('t/x', []),
      () => nowhere.write('t/x', [Buffer.alloc(9 * MB)]),
      () => nowhere.create('t/x', Buffer.of()),
      () => nowhere.move('t/x', 't/y'),
      () => nowhere.delete('t/x'),
      () => nowhere.deleteAll('t/'),
      () => nowhere.sweep(new Date()),
      () => collect(nowhere.list('')),
      () => collect(nowhere.listFolders('')),
    ])
      await expect(attempt()).rejects.toThrow(StorageUnavailableError);
  });

  test('a log has the reason of the server, and not the exchange', async () => {
    const nowhere = new S3Blobs({ ...bucket, name: 'no-such-bucket' });
    const error: Error = (await nowhere.size('t/x').catch((failure: Error) => failure)) as Error;
    expect((error.cause as Failure).publicMessage).toMatch(
      /^NoSuchBucket: .*\(404, request \w+\)$/,
    );
    expect(JSON.stringify(toData(error))).not.toMatch(/AWS4-HMAC|lethe-test/);
  });

  test('pages do not hide anything', async () => {
    const limit = pLimit(16);
    const keys = Array.from({ length: 1100 }, (_, i) => `pages/${i % 3}/${i}`);
    await Promise.all(keys.map((key) => limit(() => blobs.write(key, []))));
    const begun = keys.map((key) => new CreateMultipartUploadCommand(addressOf(bucket, key)));
    await Promise.all(begun.map((command) => limit(() => bucket.client.send(command))));
    expect(await collect(blobs.list('pages/'))).toHaveLength(1100);
    expect(await collect(blobs.listFolders('pages/'))).toEqual(['0', '1', '2']);
    expect(await collect(listUploads(bucket, 'pages/'))).toHaveLength(1100);
    await blobs.deleteAll('pages/');
    expect(await collect(blobs.list('pages/'))).toEqual([]);
    expect(await collect(listUploads(bucket, 'pages/'))).toEqual([]);
  });

  describe('an upload whose writer was killed', () => {
    const begin = async (key: string) => {
      const address = addressOf(bucket, key);
      const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(address));
      const part = { ...address, UploadId, PartNumber: 1, Body: randomBytes(5 * MB) };
      await bucket.client.send(new UploadPartCommand(part));
    };
    const left = async () => (await collect(listUploads(bucket, ''))).map(({ Key }) => Key);

    test('is swept by its age', async () => {
      await begin('t/dead');
      await blobs.sweep(new Date(Date.now() - 60_000));
      expect(await left()).toEqual(['lethe/t/dead']);
      await blobs.sweep(new Date(Date.now() + 60_000));
      expect(await left()).toEqual([]);
    });

    test('is deleted with its prefix, and no other', async () => {
      await begin('t/dead');
      await begin('t2/dead');
      await blobs.deleteAll('t/');
      expect(await left()).toEqual(['lethe/t2/dead']);
      await blobs.deleteAll('t2/');
    });
  });

  test('what is larger than a copied part is moved part after part', async () => {
    const inParts = new S3Blobs(bucket, { upload: 8 * MB, copy: 5 * MB });
    const bytes = randomBytes(17 * MB + 5);
    await inParts.write('t/from', [bytes]);
    await inParts.move('t/from', 't/to');
    expect((await read(blobs, 't/to')).equals(bytes)).toBe(true);
    expect(await blobs.size('t/from')).toBeNull();
  });

  test('a bucket that keeps versions keeps none of what was deleted', async () => {
    const versioned = await createBucket(s3.server.url);
    await keepVersions(versioned);
    const store = new S3Blobs(versioned);
    for (const text of ['1', '2', '3']) await store.write('t/x', [Buffer.from(text)]);
    await store.write('t/xy', []);
    // What another tool deletes is only marked as deleted.
    await versioned.client.send(new DeleteObjectCommand(addressOf(versioned, 't/x')));
    await store.delete('t/x');
    const left = async () => (await collect(listVersions(versioned, ''))).map(({ Key }) => Key);
    expect(await left()).toEqual(['t/xy']);
    await store.move('t/xy', 't/z');
    expect(await left()).toEqual(['t/z']);
    await store.write('t/z', []);
    await store.deleteAll('t/');
    expect(await left()).toEqual([]);
  });

  test('what a bucket refuses to delete is not taken for deleted', async () => {
    const name = `test-${randomUUID()}`;
    const { client } = bucket;
    await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }));
    const locked = { client, name, prefix: '' };
    const store = new S3Blobs(locked);
    await store.write('t/x', [Buffer.from('x')]);
    const hold = (Status: 'ON' | 'OFF') =>
      client.send(
        new PutObjectLegalHoldCommand({ ...addressOf(locked, 't/x'), LegalHold: { Status } }),
      );
    await hold('ON');
    for (const attempt of [() => store.delete('t/x'), () => store.deleteAll('t/')]) {
      const error = (await attempt().catch((failure: Error) => failure)) as Error;
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect((error.cause as Failure).publicMessage).toMatch(/^AccessDenied: /);
    }
    await hold('OFF');
    await store.deleteAll('t/');
    expect(await collect(listVersions(locked, ''))).toEqual([]);
  });

  test('a server that is away is unavailable, and found again', async () => {
    await blobs.write('t/kept', [Buffer.from('x')]);
    await s3.server.stop();
    await expect(blobs.size('t/kept')).rejects.toThrow(StorageUnavailableError);
    await expect(blobs.write('t/new', [])).rejects.toThrow(StorageUnavailableError);
    await s3.server.start();
    expect(await blobs.size('t/kept')).toBe(1);
  });

  const disk = mountSmallDisk(24 * 1024);
  afterAll(() => disk?.unmount());

  describe.skipIf(!disk)('a full disk', () => {
    let full: S3Server | undefined;
    beforeAll(async () => void (full = await startS3(disk!.path)));
    afterAll(() => full?.remove());

    test('is reported as such, and nothing half-written is left', async () => {
      const small = await createBucket(full!.url);
      const store = new S3Blobs(small);
      await store.write('t/kept', [randomBytes(MB)]);
      await expect(store.write('t/new', [randomBytes(40 * MB)])).rejects.toThrow(StorageFullError);
      expect(await collect(listUploads(small, ''))).toEqual([]);
      const filler = Array.from({ length: 30 }, (_, i) => store.write(`t/${i}`, [randomBytes(MB)]));
      const settled = await Promise.allSettled(filler);
      const [refused] = settled.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject({ reason: expect.any(StorageFullError) });
      expect(await store.size('t/kept')).toBe(MB);
    });
  });
});
