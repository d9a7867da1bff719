// What the receipt of an erasure says.

import { erasureType } from '#contracts/receipts/erasure.js';
import type { Subject } from '#contracts/receipts/statement.js';
import { KEY_TTL } from '#platform/artifacts/keys/key-cache.js';
import { UNSEEN_TTL } from '#platform/artifacts/space-lease.js';
import type { Entry } from '../receipts/receipt-log.js';
import type { Erasure } from './erasure.js';

type Erased = Erasure & { readonly kind: Exclude<Erasure['kind'], 'leftovers'> };

/** Leftovers are a job's: they are told of when it is erased. */
export const isTold = (erasure: Erasure): erasure is Erased => erasure.kind !== 'leftovers';

export const erasureEntry = (
  { kind, targetId, createdAt }: Erased,
  subject: readonly Subject[],
  keysDestroyed: readonly string[],
): Entry => ({
  kind,
  targetId,
  subject: [...subject],
  predicateType: erasureType,
  predicate: {
    kind,
    id: targetId,
    requestedAt: createdAt.toISOString(),
    erasedAt: new Date().toISOString(),
    keysDestroyed: [...keysDestroyed],
    settings: { keysForgottenMs: KEY_TTL, modelsDroppedMs: UNSEEN_TTL },
  },
});
