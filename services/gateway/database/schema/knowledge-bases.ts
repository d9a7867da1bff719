// Knowledge bases of tenants, each at its newest version.

import { bigint, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { createdAt, deletedAt, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

export const knowledgeBases = pgTable(
  'knowledge_bases',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    /** With the key of its version's space. */
    name: sealedText('name').notNull(),
    /** From 1, one more with each change. */
    version: integer('version').notNull(),
    /** Of this version alone: with the next one it is erased. */
    space: text('space').notNull(),
    /** Of its canonical lines, in that space. */
    hash: text('hash').notNull(),
    entities: integer('entities').notNull(),
    rows: integer('rows').notNull(),
    values: integer('values').notNull(),
    storedBytes: bigint('stored_bytes', { mode: 'number' }).notNull(),
    createdAt: createdAt(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    deletedAt: deletedAt(),
  },
  (table) => [index('knowledge_bases_tenant').on(table.tenantId, table.seq)],
);
