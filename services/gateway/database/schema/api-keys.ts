// Keys of tenants.

import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { createdAt, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

/** Keys carry 256 random bits, so a plain SHA-256 is enough: there is nothing to guess. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    name: sealedText('name').notNull(),
    hash: text('hash').notNull().unique(),
    /** What the key begins with, for people who look for it; of those of earlier versions unknown. */
    prefix: text('prefix'),
    createdAt: createdAt(),
    /** To the minute. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (table) => [index('api_keys_tenant').on(table.tenantId, table.seq)],
);
