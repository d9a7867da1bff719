// Whose a blob store is: a mark that the first owner leaves, and that no other may find.

import { buffer } from 'node:stream/consumers';
import type { BlobStore } from './blob-store.js';

const MARK = 'owner';

/** @returns whether the store is the owner's: it was already, or was nobody's. */
export async function claim(blobs: BlobStore, owner: string): Promise<boolean> {
  if (await blobs.create(MARK, Buffer.from(owner))) return true;
  return String(await buffer(await blobs.read(MARK))) === owner;
}
