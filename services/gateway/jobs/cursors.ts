// How far each queue's events have been applied, kept for the next start. Events are applied at
// least once, so it may lag.
import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { cursors } from '../database/schema.js';

/** Shortest time between two writes of one cursor, in ms. */
const interval = 1_000;

@Injectable()
export class Cursors {
  private readonly pending = new Map<string, string>();
  private writtenAt = 0;

  constructor(private readonly database: Database) {}

  /** @returns the last event id of each queue; "0" (the oldest kept) where none is known. */
  async read<Q extends string>(queues: readonly Q[]): Promise<Record<Q, string>> {
    const rows = await this.database.sql.select().from(cursors);
    const known = new Map(rows.map((row) => [row.queue, row.eventId]));
    return Object.fromEntries(queues.map((queue) => [queue, known.get(queue) ?? '0'])) as Record<
      Q,
      string
    >;
  }

  async advance(queue: string, eventId: string): Promise<void> {
    this.pending.set(queue, eventId);
    if (Date.now() - this.writtenAt >= interval) await this.flush();
  }

  async flush(): Promise<void> {
    this.writtenAt = Date.now();
    const entries = [...this.pending];
    this.pending.clear();
    for (const [queue, eventId] of entries) {
      await this.database.sql
        .insert(cursors)
        .values({ queue, eventId })
        .onConflictDoUpdate({ target: cursors.queue, set: { eventId: sql`excluded.event_id` } });
    }
  }
}
