// Deletes so that nothing is left: where a bucket keeps versions, each of them.

import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { Failure } from '#failure/failure.js';
import { StorageUnavailableError } from '../../../errors/storage-unavailable.error.js';
import { addressOf, type Bucket } from './bucket.js';
import { listObjects, listUploads, listVersions } from './listing.js';
import { isNamed, rethrowAs, statusOf } from './s3-errors.js';

/** What one request may delete. */
const BATCH = 1000;
const NOT_IMPLEMENTED = 501;

export class Eraser {
  private versioned: Promise<boolean> | undefined;

  constructor(private readonly bucket: Bucket) {}

  async delete(key: string): Promise<void> {
    if (await this.keepsVersions()) return this.remove(key, versionsOf(this.bucket, key));
    const command = new DeleteObjectCommand(addressOf(this.bucket, key));
    await this.bucket.client.send(command).catch(rethrowAs(key));
  }

  async deleteAll(prefix: string): Promise<void> {
    await this.abortUploads(prefix);
    const stored = (await this.keepsVersions()) ? listVersions : objectsOf;
    await this.remove(prefix, stored(this.bucket, prefix));
  }

  /** @param before spares those that began later. */
  async abortUploads(prefix: string, before?: Date): Promise<void> {
    const { client, name: Bucket } = this.bucket;
    for await (const { Key, UploadId, Initiated } of listUploads(this.bucket, prefix)) {
      if (before && !(Initiated && Initiated < before)) continue;
      const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await client.send(command).catch(ignoreEnded).catch(rethrowAs(prefix));
    }
  }

  /** Whether the bucket has, or had, versions; asked until there is an answer. */
  keepsVersions(): Promise<boolean> {
    this.versioned ??= this.askForVersions().catch((error: unknown) => {
      this.versioned = undefined;
      throw error;
    });
    return this.versioned;
  }

  private async askForVersions(): Promise<boolean> {
    const { client, name: Bucket } = this.bucket;
    try {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
      return Status !== undefined;
    } catch (error) {
      if (statusOf(error) === NOT_IMPLEMENTED) return false;
      return rethrowAs(Bucket)(error);
    }
  }

  private async remove(what: string, objects: AsyncIterable<ObjectIdentifier>): Promise<void> {
    const { client, name: Bucket } = this.bucket;
    for await (const Objects of inBatches(objects)) {
      const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await client.send(command).catch(rethrowAs(what));
      for (const { Code, Message } of Errors)
        throw new StorageUnavailableError(new Failure(`${Code}: ${Message}`));
    }
  }
}

async function* objectsOf(bucket: Bucket, prefix: string): AsyncGenerator<ObjectIdentifier> {
  for await (const { Key } of listObjects(bucket, prefix)) yield { Key };
}

/** Those of one object: a listing begins with it, and goes on with keys that begin as it does. */
async function* versionsOf(bucket: Bucket, key: string): AsyncGenerator<ObjectIdentifier> {
  const { Key } = addressOf(bucket, key);
  for await (const version of listVersions(bucket, key)) if (version.Key === Key) yield version;
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[], void, void> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** It was finished or aborted by another. */
function ignoreEnded(error: unknown): void {
  if (!isNamed(error, 'NoSuchUpload')) throw error;
}
