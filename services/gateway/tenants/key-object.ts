// Keys as clients see them, and what they ask for.

import { z } from 'zod';
import type { KeyRow } from '../database/tenant-records.js';
import { unixSeconds } from '../http/page.js';
import type { ToldKey } from './key-name.js';
import type { MadeKey } from './keys.service.js';

const day = 24 * 3600;

const expiresAt = z
  .number()
  .int()
  .min(0)
  .max(253_402_300_799)
  .transform((seconds) => new Date(seconds * 1000))
  .refine((date) => date.getTime() > Date.now(), 'must lie in the future, in seconds since 1970');

export const createKeySchema = z.object({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, _, . or -'),
  expires_at: expiresAt.optional().describe('In seconds since 1970. Absent: it does not expire.'),
});
export const rotateKeySchema = z.object({
  overlap_seconds: z
    .number()
    .int()
    .min(0)
    .max(90 * day)
    .default(3600)
    .describe('How long the old key stays valid beside the new one.'),
  expires_at: expiresAt.optional().describe("Absent: the old key's."),
});

export const keySchema = z.object({
  id: z.string(),
  object: z.literal('tenant.key'),
  name: z.string(),
  prefix: z.string().nullable().describe('What the key begins with.'),
  created_at: z.number().int(),
  last_used_at: z.number().int().nullable().describe('To the minute.'),
  expires_at: z.number().int().nullable(),
});
export const madeKeySchema = keySchema.extend({
  api_key: z.string().describe('Shown only here: the gateway keeps its hash.'),
});
export const keysSchema = z.object({ object: z.literal('list'), data: z.array(keySchema) });
export const revokedSchema = z.object({
  id: z.string(),
  object: z.literal('tenant.key'),
  deleted: z.literal(true),
});

export const toKey = (row: ToldKey): z.infer<typeof keySchema> => ({
  id: row.id,
  object: 'tenant.key',
  name: row.name,
  prefix: row.prefix,
  created_at: unixSeconds(row.createdAt),
  last_used_at: row.lastUsedAt && unixSeconds(row.lastUsedAt),
  expires_at: row.expiresAt && unixSeconds(row.expiresAt),
});

export const toMadeKey = ({ key, secret }: MadeKey): z.infer<typeof madeKeySchema> => ({
  ...toKey(key),
  api_key: secret,
});

export const toKeys = (rows: readonly ToldKey[]): z.infer<typeof keysSchema> => ({
  object: 'list',
  data: rows.map(toKey),
});

export const toRevoked = ({ id }: KeyRow): z.infer<typeof revokedSchema> => ({
  id,
  object: 'tenant.key',
  deleted: true,
});
