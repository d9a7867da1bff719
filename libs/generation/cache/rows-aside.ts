// Rows of answers that have made room for others: what they hold waits in memory of its own, so that
// they go on with the very numbers that they had. It is borrowed of what is kept of prompts.

import type { PromptKeys } from './cache.js';
import type { PrefixStore } from './prefix-store.js';

/** A row that waits. */
export interface AsideRow {
  readonly id: number;
  readonly bytes: number;
  /** What it held in the batch. Absent: it was being read, and what was read waits where it is. */
  readonly take?: () => PromptKeys;
}

export class RowsAside {
  private readonly rows = new Map<number, { readonly bytes: number; readonly keys?: PromptKeys }>();

  constructor(private readonly prefixes: PrefixStore | undefined) {}

  /** All of an answer's, or none. @returns whether there is room for them. */
  add(rows: readonly AsideRow[]): boolean {
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    if (!this.prefixes?.lend(bytes)) return false;
    for (const { id, bytes: own, take } of rows)
      this.rows.set(id, { bytes: own, ...(take ? { keys: take() } : {}) });
    return true;
  }

  /** It waits no more. @returns what it held in the batch. */
  take(id: number): PromptKeys | undefined {
    const row = this.rows.get(id);
    if (!row) return undefined;
    this.rows.delete(id);
    this.prefixes?.giveBack(row.bytes);
    return row.keys;
  }
}
