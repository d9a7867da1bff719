// A version of a knowledge base that must not go while somebody records that it is needed.

import type { JobData } from '../database/schema.js';
import type { TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';

/**
 * In a transaction: until it ends, nobody replaces or deletes the version. A deleted base has its
 * reference until it is erased, and counts as gone before that.
 * @throws ApiError 409 where somebody has done so meanwhile
 */
export async function lockVersion(
  { references, knowledgeBases }: TenantRecords,
  { id, version }: NonNullable<JobData['knowledge']>,
): Promise<void> {
  const held = await references.lock('knowledge_base', [version.space]);
  if (held.length > 0 && (await knowledgeBases.find(id))) return;
  throw new ApiError(
    409,
    'invalid_request_error',
    `The knowledge base '${id}' was changed while the job was made: create it again.`,
    { param: 'method.knowledge_tuning.knowledge_base', code: 'version_conflict' },
  );
}
