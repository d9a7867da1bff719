// Gives a task to one gateway at a time. Its holder renews it; once that has failed to for a while,
// any other may take it. Times are the database's: clocks of gateways need not agree.

import { and, eq, or, sql, type SQL } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from './database.js';
import { LeaseLostError } from './lease-lost.error.js';
import { leases } from './schema.js';
import type { Sql } from './sql.js';

const now = sql`clock_timestamp()`;

export class Lease {
  /** Of this gateway; the process is for whoever looks into the table. */
  readonly holder = `${process.pid}-${randomUUID()}`;

  /** @param ms how long it lasts unless it is renewed. */
  constructor(
    private readonly database: Database,
    readonly name: string,
    readonly ms: number,
  ) {}

  /** Takes the lease, or renews it. @returns whether it is held now. */
  async take(): Promise<boolean> {
    const { name, holder } = this;
    const expiresAt = sql`${now} + ${this.ms} * interval '1 millisecond'`;
    const taken = await this.database.sql
      .insert(leases)
      .values({ name, holder, expiresAt })
      .onConflictDoUpdate({
        target: leases.name,
        set: { holder, expiresAt },
        setWhere: or(eq(leases.holder, holder), sql`${leases.expiresAt} < ${now}`),
      })
      .returning();
    return taken.length > 0;
  }

  async release(): Promise<void> {
    await this.database.sql.delete(leases).where(this.own());
  }

  /**
   * For a transaction that has locked the rows it will write: whoever holds the lease later can
   * write them only after it.
   * @throws LeaseLostError
   */
  async check(transaction: Sql): Promise<void> {
    const held = await transaction
      .select()
      .from(leases)
      .where(and(this.own(), sql`${leases.expiresAt} >= ${now}`));
    if (held.length === 0) throw new LeaseLostError(this.name);
  }

  private own(): SQL | undefined {
    return and(eq(leases.name, this.name), eq(leases.holder, this.holder));
  }
}
