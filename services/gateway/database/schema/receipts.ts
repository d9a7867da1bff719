// Receipts, and the keys that signed them.

import { index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { createdAt, seq } from './columns.js';

/** Public keys that have signed receipts here, for ever: a receipt outlives the key that signed it. */
export const receiptKeys = pgTable('receipt_keys', {
  /** SHA-256 of the key: what an envelope names. */
  id: text('id').primaryKey(),
  pem: text('pem').notNull(),
  createdAt: createdAt(),
});

/** What was erased, or `unlearning` for what a model was made to forget. */
export const receiptKinds = [
  'file',
  'job',
  'model',
  'knowledge_base',
  'evaluation_run',
  'tenant',
  'unlearning',
] as const;
export type ReceiptKind = (typeof receiptKinds)[number];

/** A log for each tenant, which outlives the tenant: rows are added alone. It holds no text. */
export const receipts = pgTable(
  'receipts',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').$type<ReceiptKind>().notNull(),
    /** Of a file, a job, a knowledge base, a run or the tenant; a model's is the id of the job that made it. */
    targetId: text('target_id').notNull(),
    /** Place in the tenant's log, from 0. */
    sequence: integer('sequence').notNull(),
    /** What the next one names. */
    hash: text('hash').notNull(),
    envelope: jsonb('envelope').$type<Envelope>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('receipts_place').on(table.tenantId, table.sequence),
    unique('receipts_once').on(table.kind, table.targetId),
    index('receipts_tenant').on(table.tenantId, table.seq),
  ],
);
