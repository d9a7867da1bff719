// Seals the texts that an earlier release kept in clear. Done again from any point it ends the same.

import { Inject, Injectable } from '@nestjs/common';
import { and, asc, gt, isNull, notInArray, isNotNull, sql } from 'drizzle-orm';
import { UnreadableKeyError } from '#platform/errors/unreadable-key.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { tenants } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import { type ClearRow, type ClearTexts, clearTexts, emptied } from './clear-texts.js';
import { OwnedSpaces } from './owned-spaces.js';

/** Rows that one transaction holds. */
const BATCH = 20;

@Injectable()
export class TextUpgrade {
  constructor(
    private readonly database: Database,
    private readonly spaces: OwnedSpaces,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async run(): Promise<void> {
    let sealed = 0;
    for (const texts of clearTexts) sealed += await this.sealAll(texts);
    if (sealed === 0) return;
    await this.forgetClear();
    this.log.info({ sealed }, 'records of an earlier release had their texts sealed');
  }

  /** What rows said before lies in the files of tables, statistics and the log until these are anew. */
  private async forgetClear(): Promise<void> {
    const { sql: database } = this.database;
    for (const table of emptied) await database.execute(sql`VACUUM (FULL, ANALYZE) ${table}`);
    await database.execute(sql`VACUUM FULL pg_statistic`);
    await this.database.trimLog();
  }

  /** @returns how many rows were sealed. */
  private async sealAll(texts: ClearTexts): Promise<number> {
    let [count, after] = [0, 0];
    for (;;) {
      const { sealed, last } = await this.sealBatch(texts, after);
      if (last === undefined) return count;
      count += sealed;
      after = last;
    }
  }

  /** Holds the rows: nobody deletes one while its space is looked for. */
  private sealBatch(
    texts: ClearTexts,
    after: number,
  ): Promise<{ sealed: number; last: number | undefined }> {
    return this.database.sql.transaction(async (transaction) => {
      const rows = await readClear(transaction, texts, after);
      let sealed = 0;
      for (const row of rows) if (await this.trySeal(transaction, texts, row)) sealed++;
      return { sealed, last: rows.at(-1)?.seq };
    });
  }

  /** One record's trouble is not the others'. */
  private async trySeal(transaction: Sql, texts: ClearTexts, row: ClearRow): Promise<boolean> {
    const records = new TenantRecords(transaction, texts.tenantOf(row));
    const id = texts.spaceOf(row);
    try {
      const space = await this.spaces.open(records, id, texts.ownerOf(row));
      await texts.seal(transaction, row, await space.textKey());
      return true;
    } catch (err) {
      if (!UnreadableKeyError.isInstance(err)) throw err;
      this.log.warn({ err, space: id }, 'a text of an earlier release stays in clear');
      return false;
    }
  }
}

async function readClear(
  transaction: Sql,
  { table, tenantColumn, isClear }: ClearTexts,
  after: number,
): Promise<ClearRow[]> {
  const gone = transaction
    .select({ id: tenants.id })
    .from(tenants)
    .where(isNotNull(tenants.deletedAt));
  return (await transaction
    .select()
    .from(table)
    .where(
      and(
        isClear,
        gt(table.seq, after),
        table.deletedAt && isNull(table.deletedAt),
        notInArray(tenantColumn, gone),
      ),
    )
    .orderBy(asc(table.seq))
    .limit(BATCH)
    .for('update')) as unknown as ClearRow[];
}
