// What gateways know of themselves and of each other.

import { boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Whose the artifacts are: of this database, wherever it is moved to or restored. One row. */
export const identity = pgTable('identity', {
  one: boolean('one').primaryKey().default(true),
  id: uuid('id').notNull().defaultRandom(),
});

/** How far the events of each queue have been applied; read when a gateway starts. */
export const cursors = pgTable('cursors', {
  queue: text('queue').primaryKey(),
  eventId: text('event_id').notNull(),
});

/** Which gateway does what only one may do at a time. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
