// Files that must not go while somebody records that they are needed.

import type { TenantRecords } from '../database/tenant-records.js';
import { fileNotFound } from './file-not-found.js';

/**
 * In a transaction: until it ends, nobody deletes the files.
 * @param spaces theirs.
 * @throws ApiError 404 for one that was deleted meanwhile
 */
export async function lockFiles(
  { references }: TenantRecords,
  spaces: readonly string[],
): Promise<void> {
  const held = new Set(await references.lock('file', spaces));
  const lost = spaces.find((space) => !held.has(space));
  if (lost !== undefined) throw fileNotFound(lost);
}
