// Copies objects within a bucket: the server does it, in one request or part after part.

import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { addressOf, type Bucket } from './bucket.js';
import { MultipartUpload, type CopySource } from './multipart-upload.js';
import { findObject } from './reading.js';
import { rethrowAs } from './s3-errors.js';

/**
 * @param partBytes what is no larger is copied in one request.
 * @throws BlobNotFoundError
 */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  partBytes: number,
): Promise<void> {
  const { bytes, etag } = await findObject(bucket, from);
  const { Bucket, Key } = addressOf(bucket, from);
  const source = { CopySource: `${Bucket}/${Key}`, CopySourceIfMatch: etag };
  if (bytes > partBytes) return copyInParts(bucket, to, source, rangesOf(bytes, partBytes));
  const command = new CopyObjectCommand({
    ...addressOf(bucket, to),
    ...source,
    ChecksumAlgorithm: 'CRC32',
  });
  await bucket.client.send(command).catch(rethrowAs(from));
}

async function copyInParts(
  bucket: Bucket,
  to: string,
  source: CopySource,
  ranges: Iterable<string>,
): Promise<void> {
  // With the checksum that the server chooses: versitygw takes one of the source's kind for the
  // part's.
  const upload = await MultipartUpload.begin(bucket, to);
  try {
    for (const range of ranges) await upload.copy(source, range);
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

function* rangesOf(bytes: number, partBytes: number): Generator<string, void, void> {
  for (let start = 0; start < bytes; start += partBytes)
    yield `bytes=${start}-${Math.min(start + partBytes, bytes) - 1}`;
}
