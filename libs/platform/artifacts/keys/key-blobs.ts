// A wrapped key as it is stored.

import { buffer } from 'node:stream/consumers';
import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import type { BlobStore } from '../blobs/blob-store.js';

/** @returns null where there is none, or where its destruction has begun. */
export async function readKey(blobs: BlobStore, path: string): Promise<Buffer | null> {
  const stream = await blobs.read(path).catch((error: unknown) => {
    if (BlobNotFoundError.isInstance(error)) return null;
    throw error;
  });
  const bytes = stream && (await buffer(stream));
  return bytes?.some((byte) => byte !== 0) ? bytes : null;
}
