// Tenants, and the key that their names are hashed with.

import { sql } from 'drizzle-orm';
import { boolean, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { OwnQuotas } from '#contracts/quotas.js';
import { createdAt, deletedAt, hashedText, sealedText, seq } from './columns.js';

export const tenants = pgTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    /** Empty until the tenant has its keys. */
    name: sealedText('name').notNull(),
    /** By the key that `name_keys` names: no two tenants have one name. */
    nameHash: hashedText('name_hash'),
    /** Its own, where they are not the operator's for all. */
    quotas: jsonb('quotas').$type<OwnQuotas>().notNull().default({}),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [
    // Partial: to change what such an index has does not wait for those who name the tenant's row.
    uniqueIndex('tenants_name')
      .on(table.nameHash)
      .where(sql`name_hash IS NOT NULL`),
  ],
);

/**
 * Which key names of tenants are hashed with, a space of nobody's. Once a tenant is gone another
 * one takes its place: nobody can then ask an old page for a name. One row.
 */
export const nameKeys = pgTable('name_keys', {
  one: boolean('one').primaryKey().default(true),
  space: text('space').notNull(),
  /** That is to take its place, while hashes are made with it. */
  next: text('next'),
  /** Whether it has hashed the name of a tenant that is gone, or not yet those of all. */
  isStale: boolean('is_stale').notNull().default(true),
});
