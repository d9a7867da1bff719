// Finds and reads objects.

import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import type { ByteRange } from '../byte-range.js';
import { addressOf, type Bucket } from './bucket.js';
import { resumedStream } from './resumed-stream.js';
import { rethrowAs, statusOf } from './s3-errors.js';

const RANGE_NOT_SATISFIABLE = 416;

export interface FoundObject {
  readonly bytes: number;
  /** Of its version. */
  readonly etag: string | undefined;
}

/**
 * Asks for a byte: of a request for the head alone S3 does not say whether the object is missing or
 * the bucket.
 * @throws BlobNotFoundError
 */
export async function findObject(bucket: Bucket, key: string): Promise<FoundObject> {
  const found = await getObject(bucket, key, { start: 0, end: 1 });
  await found?.Body?.transformToByteArray();
  const total = found?.ContentRange?.split('/').at(-1) ?? found?.ContentLength;
  return { bytes: Number(total ?? 0), etag: found?.ETag };
}

/** @throws BlobNotFoundError before the first byte */
export async function openObject(
  bucket: Bucket,
  key: string,
  range?: ByteRange,
): Promise<Readable> {
  const { start, end } = { start: 0, end: Infinity, ...range };
  if (start === end) await findObject(bucket, key);
  const first = start === end ? null : await getObject(bucket, key, range);
  if (!first) return Readable.from([]);
  const length = first.ContentLength ?? 0;
  return resumedStream(key, first, async (offset) =>
    getObject(bucket, key, { start: start + offset, end: start + length }, first.ETag),
  );
}

/**
 * @param etag of the version that is read on.
 * @returns null where the range begins behind the object's end.
 */
async function getObject(
  bucket: Bucket,
  key: string,
  range?: ByteRange,
  etag?: string,
): Promise<GetObjectCommandOutput | null> {
  const command = new GetObjectCommand({
    ...addressOf(bucket, key),
    IfMatch: etag,
    // The checksum is that of the whole object.
    ...(range ? { Range: `bytes=${range.start}-${range.end - 1}` } : { ChecksumMode: 'ENABLED' }),
  });
  return bucket.client.send(command).catch((error: unknown) => {
    if (statusOf(error) === RANGE_NOT_SATISFIABLE) return null;
    return rethrowAs(key)(error);
  });
}
