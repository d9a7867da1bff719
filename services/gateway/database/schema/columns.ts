// Columns that many tables have.

import { bigint, text, timestamp } from 'drizzle-orm/pg-core';
import type { HashedText, SealedText } from '#platform/artifacts/keys/text-key.js';

/** A tombstone: to everybody the row is gone, while what belongs to it is erased. */
export const deletedAt = () => timestamp('deleted_at', { withTimezone: true });
export const createdAt = () =>
  timestamp('created_at', { withTimezone: true }).notNull().defaultNow();
/** Order of insertion: what cursor pages walk, since times may tie. */
export const seq = () => bigint('seq', { mode: 'number' }).notNull().generatedByDefaultAsIdentity();

/** A tenant's own words, which go with the key of the space that they are said of. */
export const sealedText = (name: string) => text(name).$type<SealedText>();
/** What of such words is compared. */
export const hashedText = (name: string) => text(name).$type<HashedText>();
