// Files that must not go while somebody records that they are needed.

import { inArray } from 'drizzle-orm';
import { fileSpace } from '#contracts/spaces.js';
import { files as table } from '../database/schema.js';
import type { TenantRecords } from '../database/tenant-records.js';
import { fileNotFound } from './file-not-found.js';

/**
 * In a transaction: until it ends, nobody deletes the files. A deleted one has its reference until
 * it is erased, and counts as gone before that.
 * @param spaces theirs.
 * @throws ApiError 404 for one that was deleted meanwhile
 */
export async function lockFiles(
  { references, files }: TenantRecords,
  spaces: readonly string[],
): Promise<void> {
  const held = await references.lock('file', spaces);
  // Read under the lock, which a deletion waits for.
  const live = new Set(
    (await files.select(inArray(table.id, held))).map(({ id }) => fileSpace(id)),
  );
  const lost = spaces.find((space) => !live.has(space));
  if (lost !== undefined) throw fileNotFound(lost);
}
