// How each kind of thing is erased: the work on it, its keys, its bytes, and last its record.

import type { Subject } from '#contracts/receipts/statement.js';
import type { ErasureKind } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { Erasure } from './erasure.js';

export interface Erasing {
  /**
   * May be done again from any point. What it throws is tried again later.
   * @returns the spaces of it whose keys are destroyed now.
   */
  erase(erasure: Erasure): Promise<readonly string[]>;

  /**
   * Deletes its record.
   * @param transaction that writes the receipt.
   * @returns what was erased, by hash; nothing where there is no record, which needs no receipt.
   */
  forget(transaction: Sql, erasure: Erasure): Promise<readonly Subject[]>;
}

export type Erasings = Readonly<Record<ErasureKind, Erasing>>;
export const ERASINGS = Symbol('erasings');
