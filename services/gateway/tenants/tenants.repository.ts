// Tenants, and whose a key is: the only reads and writes that no tenant scopes.

import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { first } from '#collections/items.js';
import { type Change, changed } from '#contracts/quotas.js';
import { isStorable } from '#contracts/text.js';
import { Database } from '../database/database.js';
import { apiKeys, jobs, nameKeys, tenants } from '../database/schema.js';
import { type KeyRow, TenantRecords, type TenantRow } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { hashApiKey } from './api-key.js';

const isValid = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`));
const isNoted = gt(apiKeys.lastUsedAt, sql`now() - interval '1 minute'`);

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Asks the database each time: a key that was revoked or has expired is known to every gateway at
   * once.
   */
  async findByKey(secret: string): Promise<{ tenant: TenantRow; key: KeyRow } | undefined> {
    const [found] = await this.database.sql
      .select({ tenant: tenants, key: apiKeys, noted: sql<boolean | null>`${isNoted}` })
      .from(apiKeys)
      .innerJoin(tenants, eq(tenants.id, apiKeys.tenantId))
      .where(and(eq(apiKeys.hash, hashApiKey(secret)), isValid));
    if (found && !found.noted) await this.noteUse(found.key.id);
    return found;
  }

  /** @returns those of the keys that are still valid. */
  async validKeys(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.sql
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(inArray(apiKeys.id, [...ids]), isValid));
    return new Set(rows.map(({ id }) => id));
  }

  async find(id: string): Promise<TenantRow | undefined> {
    if (!isStorable(id)) return undefined;
    const alive = and(eq(tenants.id, id), isNull(tenants.deletedAt));
    return (await this.database.sql.select().from(tenants).where(alive))[0];
  }

  list(): Promise<TenantRow[]> {
    return this.database.sql
      .select()
      .from(tenants)
      .where(isNull(tenants.deletedAt))
      .orderBy(asc(tenants.seq));
  }

  /** @throws ApiError 404 */
  async get(id: string): Promise<TenantRow> {
    const tenant = await this.find(id);
    if (!tenant) throw ApiError.notFound('tenant', id);
    return tenant;
  }

  /** @throws ApiError 404 */
  changeQuotas(id: string, change: Change): Promise<TenantRow> {
    return this.database.sql.transaction(async (tx) => {
      const tenant = await new TenantRecords(tx, id).lock();
      if (!tenant) throw ApiError.notFound('tenant', id);
      const rows = await tx
        .update(tenants)
        .set({ quotas: changed(tenant.quotas, change) })
        .where(eq(tenants.id, id))
        .returning();
      return first(rows);
    });
  }

  /** From now on the tenant is gone, its keys and its name are. @returns the erasure of the rest */
  remove(id: string): Promise<string> {
    return this.database.sql.transaction(async (tx) => {
      // Before the tenant, as whoever writes a name does it.
      await tx.update(nameKeys).set({ isStale: true });
      // Before its keys: whoever makes one of it now waits, and then finds it gone.
      const gone = { deletedAt: new Date(), nameHash: null };
      await tx.update(tenants).set(gone).where(eq(tenants.id, id));
      await tx.delete(apiKeys).where(eq(apiKeys.tenantId, id));
      // Nobody adds a flow again that the eraser takes out of the queues.
      await tx.update(jobs).set({ deletedAt: new Date() }).where(eq(jobs.tenantId, id));
      return new TenantRecords(tx, id).erase('tenant', id);
    });
  }

  /** At most once a minute, whatever comes at once and at however many gateways. */
  private async noteUse(id: string): Promise<void> {
    await this.database.sql
      .update(apiKeys)
      .set({ lastUsedAt: sql`now()` })
      .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), sql`NOT ${isNoted}`)));
  }
}
