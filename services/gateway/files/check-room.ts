// Whether a tenant's quota has room for what comes.

import type { Quotas } from '#contracts/quotas.js';
import { usedUp } from '../quotas/refusals.js';
import { tooLarge } from './upload.js';

/** @throws ApiError 429; 413 for a file that has no room however much is deleted */
export function checkRoom(quotas: Quotas, stored: number, bytes = 0): void {
  const quota = quotas.stored_bytes;
  if (bytes > quota) throw tooLarge(quota);
  if (bytes === 0 ? stored >= quota : stored + bytes > quota) throw usedUp('stored_bytes', quotas);
}
