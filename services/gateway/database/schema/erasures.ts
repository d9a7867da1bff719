// What is to be erased, and what was.

import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.js';

/** `leftovers`: what a job that has ended no longer needs. */
export type ErasureKind =
  | 'file'
  | 'job'
  | 'model'
  | 'knowledge_base'
  | 'evaluation_run'
  | 'tenant'
  | 'leftovers';

/** What is to be erased, and what was. It outlives what it names, and holds no text. */
export const erasures = pgTable(
  'erasures',
  {
    /** Kind and target. */
    id: text('id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').$type<ErasureKind>().notNull(),
    targetId: text('target_id').notNull(),
    createdAt: createdAt(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is tried next. */
    dueAt: timestamp('due_at', { withTimezone: true }).notNull().defaultNow(),
    doneAt: timestamp('done_at', { withTimezone: true }),
  },
  (table) => [
    index('erasures_due')
      .on(table.dueAt)
      .where(sql`done_at IS NULL`),
  ],
);
