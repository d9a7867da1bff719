// A tenant's receipts, each of which names the one before: none can be changed, left out or added
// later without breaking all that follow.

import type { Link } from '#contracts/receipts/predicate.js';
import { UnverifiedReceiptError } from '../errors/unverified-receipt.error.js';
import type { PublicKey } from './public-key.js';
import { readReceipt, type Receipt } from './receipt.js';

/** @param last of the log, or null where it has none yet. */
export function nextLink(last: { readonly sequence: number; readonly hash: string } | null): Link {
  return last
    ? { sequence: last.sequence + 1, previous: last.hash }
    : { sequence: 0, previous: null };
}

/**
 * @param envelopes a whole log from its first receipt, or a part of one, in order.
 * @throws UnverifiedReceiptError for the first that does not follow the one before
 */
export function readReceiptLog(
  envelopes: readonly unknown[],
  keys: readonly PublicKey[],
): readonly Receipt[] {
  const receipts: Receipt[] = [];
  for (const [i, envelope] of envelopes.entries()) {
    try {
      const receipt = readReceipt(envelope, keys);
      checkFollows(receipt, receipts.at(-1));
      receipts.push(receipt);
    } catch (error) {
      if (!UnverifiedReceiptError.isInstance(error) || envelopes.length === 1) throw error;
      throw new UnverifiedReceiptError(`${error.reason} (number ${i + 1} of those given)`);
    }
  }
  return receipts;
}

function checkFollows({ statement }: Receipt, before: Receipt | undefined): void {
  const { tenant, log } = statement.predicate;
  if ((log.sequence === 0) !== (log.previous === null))
    throw new UnverifiedReceiptError('only the first of a log has none before it');
  if (!before) return;
  const expected = nextLink({ ...before.statement.predicate.log, hash: before.hash });
  if (tenant !== before.statement.predicate.tenant)
    throw new UnverifiedReceiptError("it is of another tenant's log than the one before");
  if (log.sequence !== expected.sequence)
    throw new UnverifiedReceiptError(
      `it has the place ${log.sequence} in its log: expected ${expected.sequence}`,
    );
  if (log.previous !== expected.previous)
    throw new UnverifiedReceiptError('it names another receipt than the one before it');
}
