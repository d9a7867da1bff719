// The one place where tenants are kept apart: every row a request reads or writes goes through a
// table bound to its tenant.

import type { InferInsertModel, InferSelectModel, SQL } from 'drizzle-orm';
import { and, asc, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { PgColumn, PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { isStorable } from '#contracts/text.js';
import type { Sql } from './sql.js';

/** A table whose rows have an id, a tenant and an order of insertion. */
export type Scopable = PgTable & {
  id: PgColumn;
  tenantId: PgColumn;
  seq: PgColumn;
  deletedAt?: PgColumn;
};

export interface PageQuery {
  /** Id of the row that the page follows. */
  after?: string | undefined;
  limit: number;
  order?: 'asc' | 'desc' | undefined;
}

export interface Page<Row> {
  rows: Row[];
  hasMore: boolean;
}

type Insert<T extends Scopable> = Omit<InferInsertModel<T>, 'tenantId'>;

/**
 * One tenant's rows of one table. A row of another tenant is as good as absent, and so is one with
 * a tombstone.
 */
export class TenantTable<T extends Scopable, Row = InferSelectModel<T>> {
  constructor(
    private readonly database: Sql,
    private readonly tenantId: string,
    private readonly table: T,
  ) {}

  async find(id: string): Promise<Row | undefined> {
    if (!isStorable(id)) return undefined;
    return (await this.select(eq(this.table.id, id)))[0];
  }

  async select(condition?: SQL): Promise<Row[]> {
    return (await this.database
      .select()
      .from(this.table as PgTable)
      .where(this.scoped(condition))) as Row[];
  }

  /**
   * Rows by order of insertion, the newest first; undefined where the cursor is no row of the
   * tenant's.
   */
  async page(query: PageQuery & { readonly after?: never }, condition?: SQL): Promise<Page<Row>>;
  async page(query: PageQuery, condition?: SQL): Promise<Page<Row> | undefined>;
  async page(query: PageQuery, condition?: SQL): Promise<Page<Row> | undefined> {
    const ascending = query.order === 'asc';
    const cursor = query.after === undefined ? undefined : await this.find(query.after);
    if (query.after !== undefined && !cursor) return undefined;
    const from = (cursor as { seq: number } | undefined)?.seq;
    const beyond = from === undefined ? undefined : (ascending ? gt : lt)(this.table.seq, from);
    const rows = (await this.database
      .select()
      .from(this.table as PgTable)
      .where(this.scoped(and(condition, beyond)))
      .orderBy((ascending ? asc : desc)(this.table.seq))
      .limit(query.limit + 1)) as Row[];
    return { rows: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
  }

  /** @returns the row as stored; undefined where a unique key of it already exists. */
  async insert(values: Insert<T>): Promise<Row | undefined> {
    return (await this.insertAll([values]))[0];
  }

  /** @returns the rows that were stored, in their order, without those that exist already. */
  async insertAll(values: readonly Insert<T>[]): Promise<Row[]> {
    return (await this.database
      .insert(this.table as PgTable)
      .values(values.map((one) => ({ ...one, tenantId: this.tenantId })) as never)
      .onConflictDoNothing()
      .returning()) as Row[];
  }

  /** Changes the row only while `condition` holds; undefined where it does not. */
  async update(
    id: string,
    values: PgUpdateSetSource<T>,
    condition?: SQL,
  ): Promise<Row | undefined> {
    if (!isStorable(id)) return undefined;
    const rows = await this.database
      .update(this.table as PgTable)
      .set(values as never)
      .where(this.scoped(and(eq(this.table.id, id), condition)))
      .returning();
    return rows[0] as Row | undefined;
  }

  async remove(id: string): Promise<Row | undefined> {
    const rows = await this.database
      .delete(this.table as PgTable)
      .where(this.scoped(eq(this.table.id, id)))
      .returning();
    return rows[0] as Row | undefined;
  }

  async removeAll(condition: SQL): Promise<Row[]> {
    return (await this.database
      .delete(this.table as PgTable)
      .where(this.scoped(condition))
      .returning()) as Row[];
  }

  count(condition?: SQL): Promise<number> {
    return this.database.$count(this.table as PgTable, this.scoped(condition));
  }

  /** For `TenantRecords.total`. */
  sum(column: PgColumn): SQL {
    return sql`(SELECT coalesce(sum(${column}), 0) FROM ${this.table} WHERE ${this.scoped()})`;
  }

  private scoped(condition?: SQL): SQL | undefined {
    const { tenantId, deletedAt } = this.table;
    return and(eq(tenantId, this.tenantId), deletedAt && isNull(deletedAt), condition);
  }
}
