// Who needs which space.

import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { tenantId } from './tenant-id.js';

/** `draft`: who makes what will own the space. */
export type OwnerKind =
  | 'draft'
  | 'evaluation_run'
  | 'file'
  | 'job'
  | 'key'
  | 'knowledge_base'
  | 'model'
  | 'tenant';

/**
 * Who needs the bytes of a space. A reference comes before the first byte; what has none is erased.
 */
export const artifactReferences = pgTable(
  'artifact_references',
  {
    tenantId: tenantId(),
    space: text('space').notNull(),
    ownerKind: text('owner_kind').$type<OwnerKind>().notNull(),
    /** Of a file, a job, a run, a knowledge base, an API key or the tenant; a model's is the id of the job that made it, a draft's the space's. */
    ownerId: text('owner_id').notNull(),
    /** Until when it counts, for an owner that may die without giving it back: a draft. */
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.space, table.ownerKind, table.ownerId] }),
    index('artifact_references_owner').on(table.tenantId, table.ownerKind, table.ownerId),
  ],
);
