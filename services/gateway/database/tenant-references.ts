// Who of a tenant needs which space.

import { and, eq, inArray, ne, or, sql, type SQL } from 'drizzle-orm';
import { artifactReferences as table, type OwnerKind } from './schema.js';
import type { Sql } from './sql.js';

export interface Owner {
  readonly kind: OwnerKind;
  readonly id: string;
}

export class TenantReferences {
  constructor(
    private readonly database: Sql,
    private readonly tenantId: string,
  ) {}

  /** Idempotent. @param leaseMs how long it counts; else until it is released. */
  async hold(owner: Owner, spaces: readonly string[], leaseMs?: number): Promise<void> {
    if (spaces.length === 0) return;
    const expiresAt = leaseMs === undefined ? null : sql`now() + ${leaseMs} * interval '1 ms'`;
    const { tenantId } = this;
    const { kind: ownerKind, id: ownerId } = owner;
    await this.database
      .insert(table)
      .values(spaces.map((space) => ({ tenantId, space, ownerKind, ownerId, expiresAt })))
      .onConflictDoNothing();
  }

  /**
   * @param spaces all of the owner's, where none are named.
   * @returns those that the owner held.
   */
  async release(owner: Owner, spaces?: readonly string[]): Promise<string[]> {
    const named = spaces && inArray(table.space, [...spaces]);
    const released = await this.database
      .delete(table)
      .where(and(this.ownedBy(owner), named))
      .returning({ space: table.space });
    return released.map(({ space }) => space);
  }

  async releaseAllBut(owner: Owner, space: string): Promise<void> {
    await this.database.delete(table).where(and(this.ownedBy(owner), ne(table.space, space)));
  }

  /** Whoever holds them. */
  async releaseFromAll(spaces: readonly string[]): Promise<void> {
    await this.database.delete(table).where(and(this.scoped(), inArray(table.space, [...spaces])));
  }

  /**
   * Holds the references until the transaction ends: nobody releases them meanwhile.
   * @returns those of the spaces that owners of the kind hold.
   */
  async lock(kind: OwnerKind, spaces: readonly string[]): Promise<string[]> {
    const held = await this.database
      .select({ space: table.space })
      .from(table)
      .where(and(this.scoped(), eq(table.ownerKind, kind), inArray(table.space, [...spaces])))
      .orderBy(table.space)
      .for('update');
    return held.map(({ space }) => space);
  }

  /** Whoever else needs a space, if anybody does. */
  async otherOwner(space: string, { kind, id }: Owner): Promise<Owner | undefined> {
    const other = or(ne(table.ownerKind, kind), ne(table.ownerId, id));
    const [found] = await this.database
      .select({ kind: table.ownerKind, id: table.ownerId })
      .from(table)
      .where(and(this.scoped(), eq(table.space, space), other));
    return found;
  }

  private ownedBy({ kind, id }: Owner): SQL | undefined {
    return and(this.scoped(), eq(table.ownerKind, kind), eq(table.ownerId, id));
  }

  private scoped(): SQL {
    return eq(table.tenantId, this.tenantId);
  }
}
