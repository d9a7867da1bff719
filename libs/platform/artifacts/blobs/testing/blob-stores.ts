// All implementations, for tests that hold for each of them.

import { beforeAll } from 'vitest';
import { item } from '#collections/items.js';
import { hasS3 } from '#testing/s3-server.js';
import { useTempFolder } from '#testing/temp-store.js';
import type { BlobStore } from '../blob-store.js';
import { FolderBlobs } from '../folder-blobs.js';
import { S3Blobs } from '../s3-blobs.js';
import { createBucket, keepVersions, useS3 } from './s3.js';

export interface TestedStore {
  readonly name: string;
  /** Within a test. */
  open(): BlobStore;
}

/** Call at the top of a file. */
export function blobStores(): TestedStore[] {
  const folder = useTempFolder();
  const inFolder = { name: 'a folder', open: () => new FolderBlobs(folder.path) };
  return hasS3 ? [inFolder, ...s3Stores()] : [inFolder];
}

function s3Stores(): TestedStore[] {
  const s3 = useS3();
  const stores: S3Blobs[] = [];
  beforeAll(async () => {
    const plain = await createBucket(s3.server.url);
    const versioned = await createBucket(s3.server.url, 'lethe/artifacts/');
    await keepVersions(versioned);
    stores.push(new S3Blobs(plain), new S3Blobs(versioned));
  });
  return ['a bucket', 'a folder of a bucket that keeps versions'].map((name, i) => ({
    name,
    open: () => item(stores, i),
  }));
}
