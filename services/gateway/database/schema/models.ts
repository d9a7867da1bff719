// Tuned models.

import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { OwnDecoding } from '#contracts/decoding.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import { createdAt, deletedAt, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

/** Tuned models: an adapter of the tenant's artifacts under a public name. */
export const models = pgTable(
  'models',
  {
    /** The model's space; of an earlier release, its name in clear until that is sealed. */
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    /** That clients use. */
    name: sealedText('name'),
    base: text('base').notNull(),
    adapter: text('adapter').notNull(),
    /** In the store. Null: not measured. */
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    /** That its answers are made from, at its newest version; it may be gone. */
    knowledgeBaseId: text('knowledge_base_id'),
    /** How they are, where a request says nothing else. */
    grounding: jsonb('grounding').$type<GroundingSettings>(),
    /** How it chooses tokens, where a request says nothing. Null: as it is. */
    decoding: jsonb('decoding').$type<OwnDecoding>(),
    jobId: text('job_id').notNull().unique(),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [index('models_tenant').on(table.tenantId, table.seq)],
);
