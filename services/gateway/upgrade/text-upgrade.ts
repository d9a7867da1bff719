// Seals the texts that releases before 0.2 kept in clear. Done again from any point it ends the
// same.

import { Inject, Injectable } from '@nestjs/common';
import { and, asc, eq, gt, isNull, not, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { fileSpace } from '#contracts/spaces.js';
import { PREFIX } from '#platform/artifacts/keys/text-key.js';
import { UnreadableKeyError } from '#platform/errors/unreadable-key.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { files } from '../database/schema.js';
import { placeOf } from '../texts/text-place.js';
import { OwnedSpaces } from './owned-spaces.js';

/** Rows that are read at once. */
const BATCH = 500;

const isClear = (column: PgColumn): SQL => not(sql`starts_with(${column}, ${PREFIX})`);

@Injectable()
export class TextUpgrade {
  constructor(
    private readonly database: Database,
    private readonly spaces: OwnedSpaces,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async run(): Promise<void> {
    const sealed = await this.files();
    if (sealed === 0) return;
    // What the rows said before lies in the tables' files until they are written again.
    await this.database.sql.execute(sql`VACUUM FULL ${files}`);
    this.log.info({ sealed }, 'texts of an earlier release were sealed');
  }

  private files(): Promise<number> {
    const clear = and(isNull(files.deletedAt), isClear(files.filename));
    return this.eachRow(
      (after) =>
        this.database.sql
          .select()
          .from(files)
          .where(and(clear, gt(files.seq, after)))
          .orderBy(asc(files.seq))
          .limit(BATCH),
      async ({ id, tenantId, filename }) => {
        const space = await this.spaces.open(tenantId, fileSpace(id), { kind: 'file', id });
        const sealed = (await space.textKey()).seal(filename, placeOf(files.filename, id));
        await this.database.sql.update(files).set({ filename: sealed }).where(eq(files.id, id));
      },
    );
  }

  /** @returns how many were sealed. */
  private async eachRow<Row extends { id: string; seq: number }>(
    read: (after: number) => Promise<Row[]>,
    seal: (row: Row) => Promise<void>,
  ): Promise<number> {
    let count = 0;
    let rows = await read(0);
    for (let last = rows.at(-1); last; last = rows.at(-1)) {
      for (const row of rows) if (await this.trySeal(row, seal)) count++;
      rows = await read(last.seq);
    }
    return count;
  }

  /** One record's trouble is not the others'. */
  private async trySeal<Row extends { id: string }>(
    row: Row,
    seal: (row: Row) => Promise<void>,
  ): Promise<boolean> {
    try {
      await seal(row);
      return true;
    } catch (err) {
      if (!UnreadableKeyError.isInstance(err)) throw err;
      this.log.warn({ err, id: row.id }, 'a text of an earlier release stays in clear');
      return false;
    }
  }
}
