// Puts objects into a bucket.

import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { Chunks } from '../blob-store.js';
import { addressOf, type Bucket } from './bucket.js';
import { CRC32, MultipartUpload } from './multipart-upload.js';
import { inParts } from './parts.js';
import { isNamed, rethrowAs, wasRepeated } from './s3-errors.js';
import { isWrittenBy } from './writers.js';

/** @param partBytes what is no larger is sent whole. */
export async function writeObject(
  bucket: Bucket,
  key: string,
  chunks: Chunks,
  partBytes: number,
): Promise<void> {
  let upload: MultipartUpload | undefined;
  try {
    for await (const { bytes, last } of inParts(chunks, partBytes)) {
      if (last && !upload) return await putObject(bucket, key, bytes).catch(rethrowAs(key));
      upload ??= await MultipartUpload.begin(bucket, key, CRC32);
      await upload.add(bytes);
    }
    await upload?.complete(upload.checksum);
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

/** @returns false where the key has an object. */
export async function createObject(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const writer = randomUUID();
  try {
    await putObject(bucket, key, bytes, { IfNoneMatch: '*', Metadata: { writer } });
    return true;
  } catch (error) {
    if (!isNamed(error, 'PreconditionFailed')) return rethrowAs(key)(error);
    return wasRepeated(error) && isWrittenBy(bucket, key, writer);
  }
}

async function putObject(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  options: Partial<PutObjectCommandInput> = {},
): Promise<void> {
  const command = new PutObjectCommand({
    ...addressOf(bucket, key),
    Body: bytes,
    ChecksumAlgorithm: 'CRC32',
    ...options,
  });
  await bucket.client.send(command);
}
