// Adds receipts to the tenants' logs, which nothing else writes and nothing changes.

import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';
import { nextLink } from '#platform/receipts/receipt-log.js';
import { issueReceipt, type Unissued } from '#platform/receipts/receipt.js';
import { readRelease } from '#platform/release.js';
import { type ReceiptKind, receipts } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { newId } from '../http/ids.js';
import { ReceiptKeys } from './receipt-keys.js';

/** A statement but for what the log adds: whose it is, its place, when it was issued, by which code. */
export type Entry = {
  readonly kind: ReceiptKind;
  readonly targetId: string;
} & EntryOf<Unissued>;

type EntryOf<S> = S extends { predicate: infer P }
  ? Omit<S, 'predicate'> & { readonly predicate: Omit<P, keyof ReceiptHead> }
  : never;
type ReceiptHead = Pick<Unissued['predicate'], 'tenant' | 'log' | 'issuedAt' | 'release'>;

@Injectable()
export class ReceiptLog {
  private readonly release = readRelease();

  constructor(private readonly keys: ReceiptKeys) {}

  /**
   * Once for each kind and target: said again, it is said already.
   * @param transaction that records what the receipt speaks of. Others that write to the tenant's
   * log wait for its end, so this comes after all rows it locks.
   */
  async append(transaction: Sql, tenantId: string, entry: Entry): Promise<void> {
    const { kind, targetId, predicate, ...statement } = entry;
    await holdLog(transaction, tenantId);
    const [known] = await transaction
      .select({ id: receipts.id })
      .from(receipts)
      .where(and(eq(receipts.kind, kind), eq(receipts.targetId, targetId)));
    if (known) return;
    const log = nextLink(await lastOf(transaction, tenantId));
    const issuedAt = new Date().toISOString();
    const head: ReceiptHead = { tenant: tenantId, log, issuedAt, release: this.release };
    const unissued = { ...statement, predicate: { ...predicate, ...head } } as Unissued;
    const { sequence } = log;
    const id = newId('receipt-');
    await transaction.insert(receipts).values({
      id,
      tenantId,
      kind,
      targetId,
      sequence,
      ...issueReceipt(unissued, this.keys.signing),
    });
  }
}

/** Its tenant may be gone, and with it the row that could be locked. */
async function holdLog(transaction: Sql, tenantId: string): Promise<void> {
  const name = `receipts of ${tenantId}`;
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

async function lastOf(
  transaction: Sql,
  tenantId: string,
): Promise<{ sequence: number; hash: string } | null> {
  const [last] = await transaction
    .select({ sequence: receipts.sequence, hash: receipts.hash })
    .from(receipts)
    .where(eq(receipts.tenantId, tenantId))
    .orderBy(desc(receipts.sequence))
    .limit(1);
  return last ?? null;
}
