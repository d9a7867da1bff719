// Which jobs and evaluation runs of a tenant have their turn. For transactions that hold the tenant.

import type { Quotas } from '#contracts/quotas.js';
import type { TenantRecords } from '../database/tenant-records.js';
import { countAtWork } from './at-work.js';
import { tooMany, usedUp } from './refusals.js';
import { storedBytes } from './stored-bytes.js';

/**
 * Of one that is about to be recorded.
 * @returns whether it waits for others.
 * @throws ApiError 429 where too many wait, or there is no room for what it will leave
 */
export async function mustWait(records: TenantRecords, quotas: Quotas): Promise<boolean> {
  if ((await storedBytes(records)) >= quotas.stored_bytes) throw usedUp('stored_bytes', quotas);
  const { running, waiting } = await countAtWork(records);
  if (waiting === 0 && running < quotas.running_jobs) return false;
  if (waiting >= quotas.waiting_jobs) throw tooMany('waiting_jobs', quotas);
  return true;
}

/** @returns how many of those that wait may begin. */
export async function freeTurns(records: TenantRecords, quotas: Quotas): Promise<number> {
  const { running } = await countAtWork(records);
  return Math.max(0, quotas.running_jobs - running);
}
