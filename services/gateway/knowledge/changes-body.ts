// Body of POST /v1/knowledge_bases/{id}/changes.

import { z } from 'zod';
import { storableText } from '#contracts/text.js';
import {
  MAX_ALIASES,
  MAX_ATTRIBUTES,
  MAX_NAME_CHARACTERS,
  MAX_VALUE_CHARACTERS,
  MAX_VALUES,
} from '#knowledge/limits.js';

/** Of one request. */
const MAX_CHANGES = 1_000;

const said = (most: number) =>
  storableText.max(most).refine((text) => text.trim() !== '', 'must not be blank');
const name = said(MAX_NAME_CHARACTERS);
const values = z.array(said(MAX_VALUE_CHARACTERS)).min(1).max(MAX_VALUES);

/** An entity by its id, or by a name or alias that is its alone. */
const named = name.describe('Its id, or a name or alias that no other entity has.');

const setSchema = z.strictObject({
  op: z.literal('set'),
  entity: named,
  attribute: name,
  values: values.describe('In place of all that the attribute had.'),
});
const deleteSchema = z.strictObject({
  op: z.literal('delete'),
  entity: named,
  attribute: name.optional().describe('Absent: the entity with all its rows.'),
});
const putSchema = z.strictObject({
  op: z.literal('put'),
  entity: z.strictObject({
    id: name.optional().describe('Absent: made of type and name.'),
    type: name.optional(),
    name,
    aliases: z.array(name).max(MAX_ALIASES).default([]),
    attributes: z
      .record(name, values)
      .refine(
        (attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES,
        `must have at most ${MAX_ATTRIBUTES} attributes`,
      )
      .default({}),
  }),
});

export const changesSchema = z.strictObject({
  changes: z
    .array(z.discriminatedUnion('op', [setSchema, putSchema, deleteSchema]))
    .min(1)
    .max(MAX_CHANGES)
    .describe('Made in this order: all of them, or none.'),
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('That the base must be at: 409 where somebody has changed it since.'),
});
export type ChangesBody = z.infer<typeof changesSchema>;
export type ChangeBody = ChangesBody['changes'][number];
