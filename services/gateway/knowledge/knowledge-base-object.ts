// Knowledge bases and their entities as clients see them.

import { z } from 'zod';
import { plainEntity } from '#knowledge/canonical.js';
import type { Entity } from '#knowledge/entity.js';
import { knowledgeBases } from '../database/schema.js';
import type { KnowledgeBaseRow } from '../database/tenant-records.js';
import { unixSeconds } from '../http/page.js';
import { placeOf } from '../texts/text-place.js';

export const knowledgeBaseSchema = z.object({
  id: z.string(),
  object: z.literal('knowledge_base'),
  name: z.string(),
  version: z.number().int().describe('From 1; each change makes the next.'),
  entities: z.number().int(),
  rows: z.number().int().describe('Pairs of an entity and an attribute.'),
  values: z.number().int(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
});
export type KnowledgeBaseObject = z.infer<typeof knowledgeBaseSchema>;

const clashSchema = z.object({
  count: z.number().int(),
  examples: z.array(z.string()).describe('The first of them.'),
});

/** Of what has just been read. */
export const readBaseSchema = knowledgeBaseSchema.extend({
  warnings: z.object({
    ambiguous_aliases: clashSchema.describe('Aliases of more than one entity.'),
    aliases_that_are_names: clashSchema.describe(
      "Aliases that are another entity's name, which wins.",
    ),
  }),
});
export type ReadBaseObject = z.infer<typeof readBaseSchema>;

export const entitySchema = z.object({
  id: z.string(),
  object: z.literal('knowledge_base.entity'),
  type: z.string(),
  name: z.string(),
  aliases: z.array(z.string()),
  attributes: z.record(z.string(), z.array(z.string())),
});

export const namePlace = (id: string): string => placeOf(knowledgeBases.name, id);

/** A record whose name is opened. */
export type NamedBase = Omit<KnowledgeBaseRow, 'name'> & { readonly name: string };

export const toKnowledgeBase = (row: NamedBase): KnowledgeBaseObject => ({
  id: row.id,
  object: 'knowledge_base',
  name: row.name,
  version: row.version,
  entities: row.entities,
  rows: row.rows,
  values: row.values,
  created_at: unixSeconds(row.createdAt),
  updated_at: unixSeconds(row.updatedAt),
});

export const toEntity = (entity: Entity) => ({
  ...plainEntity(entity),
  object: 'knowledge_base.entity' as const,
});
export type EntityObject = ReturnType<typeof toEntity>;
