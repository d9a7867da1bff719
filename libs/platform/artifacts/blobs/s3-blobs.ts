// Blobs as objects in a bucket of S3, or of a server that speaks as it does.

import type { Readable } from 'node:stream';
import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import { UnusableBucketError } from '../../errors/unusable-bucket.error.js';
import { checkFolder, checkKey, checkPrefix, isKey, isPart } from './blob-key.js';
import type { BlobEntry, BlobStore, Chunks } from './blob-store.js';
import { checkRange, type ByteRange } from './byte-range.js';
import type { S3Location } from './location.js';
import type { Bucket } from './s3/bucket.js';
import { copyObject } from './s3/copying.js';
import { Eraser } from './s3/eraser.js';
import { listFolders, listObjects } from './s3/listing.js';
import { findObject, openObject } from './s3/reading.js';
import { createS3Client, type S3Settings } from './s3/s3-client.js';
import { createObject, writeObject } from './s3/writing.js';

const MB = 2 ** 20;

/** In bytes: what is no larger goes in one request. S3 takes 10,000 parts of 5 MB to 5 GB each. */
export interface PartSizes {
  /** Four parts are in memory for each object that is being written. */
  readonly upload: number;
  /** The server copies, but within the deadline of a request. */
  readonly copy: number;
}

export class S3Blobs implements BlobStore {
  private readonly eraser: Eraser;

  constructor(
    private readonly bucket: Bucket,
    private readonly parts: PartSizes = { upload: 8 * MB, copy: 256 * MB },
  ) {
    this.eraser = new Eraser(bucket);
  }

  /** @throws UnusableBucketError where it does not answer, or refuses this process */
  static async open({ bucket, prefix }: S3Location, settings: S3Settings): Promise<S3Blobs> {
    const blobs = new S3Blobs({ client: createS3Client(settings), name: bucket, prefix });
    await blobs.eraser.keepsVersions().catch((error: Error) => {
      throw new UnusableBucketError(bucket, error.cause ?? error);
    });
    return blobs;
  }

  async write(key: string, chunks: Chunks): Promise<void> {
    checkKey(key);
    await writeObject(this.bucket, key, chunks, this.parts.upload);
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    checkKey(key);
    return createObject(this.bucket, key, bytes);
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    checkKey(key);
    if (range) checkRange(range);
    return openObject(this.bucket, key, range);
  }

  async size(key: string): Promise<number | null> {
    checkKey(key);
    try {
      const { bytes } = await findObject(this.bucket, key);
      return bytes;
    } catch (error) {
      if (BlobNotFoundError.isInstance(error)) return null;
      throw error;
    }
  }

  async move(from: string, to: string): Promise<void> {
    checkKey(from);
    checkKey(to);
    if (from === to) return void (await findObject(this.bucket, from));
    await copyObject(this.bucket, from, to, this.parts.copy);
    await this.eraser.delete(from);
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    await this.eraser.delete(key);
  }

  async destroy(key: string): Promise<void> {
    await this.delete(key);
  }

  async *list(prefix: string): AsyncGenerator<BlobEntry, void, void> {
    checkPrefix(prefix);
    const { length } = this.bucket.prefix;
    for await (const { Key = '', Size = 0, LastModified } of listObjects(this.bucket, prefix)) {
      const key = Key.slice(length);
      if (isKey(key)) yield { key, bytes: Size, modifiedAt: LastModified ?? new Date(0) };
    }
  }

  async *listFolders(prefix: string): AsyncGenerator<string, void, void> {
    checkPrefix(prefix);
    for await (const name of listFolders(this.bucket, prefix)) if (isPart(name)) yield name;
  }

  async deleteAll(prefix: string): Promise<void> {
    checkFolder(prefix);
    await this.eraser.deleteAll(prefix);
  }

  async sweep(before: Date): Promise<void> {
    await this.eraser.abortUploads('', before);
  }
}
