// What every receipt says. Ids, hashes, numbers, times and words of ours: there is no place for a
// tenant's text.

import { z } from 'zod';
import { hashSchema } from '../hash.js';
import { idSchema } from '../id.js';

/** UTC, to the millisecond. */
export const timeSchema = z.iso.datetime({ precision: 3 });

/** Which code did it. */
export const releaseSchema = z.strictObject({
  version: z
    .string()
    .regex(
      /^\d{1,9}\.\d{1,9}\.\d{1,9}(-(alpha|beta|rc)\.\d{1,9})?$/,
      'must be a version such as 1.2.3',
    ),
  /** Of git; null where it is not known. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}(-dirty)?$/, 'must be a revision of git')
    .nullable(),
});
export type Release = Readonly<z.infer<typeof releaseSchema>>;

/** The place in the tenant's log. */
export const linkSchema = z.strictObject({
  /** From 0. */
  sequence: z.number().int().nonnegative(),
  /** SHA-256 of the payload before; null for the first. */
  previous: hashSchema.nullable(),
});
export type Link = Readonly<z.infer<typeof linkSchema>>;

export const predicateSchema = z.strictObject({
  tenant: idSchema,
  log: linkSchema,
  issuedAt: timeSchema,
  release: releaseSchema,
});
