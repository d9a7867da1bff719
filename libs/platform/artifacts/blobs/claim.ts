// Whose a blob store is: a mark that the first owner leaves, and that no other may find.

import { buffer } from 'node:stream/consumers';
import { ConditionalWriteError } from '../../errors/conditional-write.error.js';
import type { BlobStore } from './blob-store.js';

const MARK = 'owner';

/**
 * @returns whether the store is the owner's: it was already, or was nobody's.
 * @throws ConditionalWriteError where a mark that is there could be made again
 */
export async function claim(blobs: BlobStore, owner: string): Promise<boolean> {
  const mark = Buffer.from(owner);
  if (!(await blobs.create(MARK, mark))) return mark.equals(await buffer(await blobs.read(MARK)));
  if (await blobs.create(MARK, mark)) throw new ConditionalWriteError();
  return true;
}
