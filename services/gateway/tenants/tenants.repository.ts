// Tenants and their keys: the only reads and writes that no tenant scopes.

import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { InferSelectModel } from 'drizzle-orm';
import { isStorable } from '#contracts/text.js';
import { Database } from '../database/database.js';
import { apiKeys, tenants } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import { createApiKey, hashApiKey } from './api-key.js';

/** Of every tenant's id, and of no name: nobody takes one for the other. */
export const idPrefix = 'tenant-';

export type TenantRow = InferSelectModel<typeof tenants>;

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  /**
   * @returns the tenant and its first key, which is shown nowhere again; undefined where the name
   * is taken.
   */
  async create(name: string): Promise<{ tenant: TenantRow; key: string } | undefined> {
    const key = createApiKey();
    return this.database.sql.transaction(async (tx) => {
      const [tenant] = await tx
        .insert(tenants)
        .values({ id: newId(idPrefix), name })
        .onConflictDoNothing()
        .returning();
      if (!tenant) return undefined;
      await tx.insert(apiKeys).values({ hash: hashApiKey(key), tenantId: tenant.id });
      return { tenant, key };
    });
  }

  async findByKey(key: string): Promise<TenantRow | undefined> {
    const rows = await this.database.sql
      .select({ tenant: tenants })
      .from(apiKeys)
      .innerJoin(tenants, eq(tenants.id, apiKeys.tenantId))
      .where(eq(apiKeys.hash, hashApiKey(key)));
    return rows[0]?.tenant;
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

  /** From now on the tenant is gone, its keys and its name are. @returns the erasure of the rest */
  remove(id: string): Promise<string> {
    return this.database.sql.transaction(async (tx) => {
      await tx.delete(apiKeys).where(eq(apiKeys.tenantId, id));
      await tx.update(tenants).set({ deletedAt: new Date(), name: id }).where(eq(tenants.id, id));
      return new TenantRecords(tx as unknown as Sql, id).erase('tenant', id);
    });
  }
}
