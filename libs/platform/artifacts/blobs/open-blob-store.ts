// The blob store at a location that a process is told to use.

import type { BlobStore } from './blob-store.js';
import { FolderBlobs } from './folder-blobs.js';
import { parseS3 } from './location.js';
import type { S3Settings } from './s3/s3-client.js';

/** @throws UnusableBucketError where a bucket does not answer, or refuses this process */
export async function openBlobStore(location: string, settings: S3Settings): Promise<BlobStore> {
  const s3 = parseS3(location);
  if (!s3) return new FolderBlobs(location);
  // Loads Amazon's SDK only where it is asked for.
  const { S3Blobs } = await import('./s3-blobs.js');
  return S3Blobs.open(s3, settings);
}
