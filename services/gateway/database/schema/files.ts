// Files of tenants.

import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, deletedAt, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

export const files = pgTable(
  'files',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    filename: sealedText('filename').notNull(),
    purpose: text('purpose').notNull(),
    bytes: integer('bytes').notNull(),
    /** In the store, with what was made of it. Null: not measured. */
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    rows: integer('rows').notNull(),
    hash: text('hash').notNull(),
    /** Its example set; null for a file that came before there were any. */
    examples: text('examples'),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [index('files_tenant').on(table.tenantId, table.seq)],
);
