// All that a blob store has, while services are at work on it.

import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '#platform/artifacts/blobs/blob-store.js';
import { BlobNotFoundError } from '#platform/errors/blob-not-found.error.js';

export interface Blob {
  readonly path: string;
  readonly bytes: Buffer;
}

export async function* blobsOf(store: BlobStore): AsyncGenerator<Blob, void, void> {
  for await (const { key: path } of store.list('')) {
    const stream = await store.read(path).catch((error: unknown) => {
      if (BlobNotFoundError.isInstance(error)) return null;
      throw error;
    });
    if (stream) yield { path, bytes: await buffer(stream) };
  }
}
