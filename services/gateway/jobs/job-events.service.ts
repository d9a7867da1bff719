// A job's history as it grows, for clients that stay on the line.
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { gt, and } from 'drizzle-orm';
import { setTimeout as delay } from 'node:timers/promises';
import { jobEvents, openStatuses } from '../database/schema.js';
import { endOfStream, keepAlive, type ServerEvent } from '../http/event-stream.js';
import type { Scope } from '../tenants/scope.js';
import { eventsOf } from './job-ledger.js';
import { toEvent } from './job-object.js';

/** Events may be written by any gateway, so the database is asked, this often, in ms. */
const interval = 300;
const quietPasses = 50;
const batch = 200;

@Injectable()
export class JobEventsService implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * From the event after `after` until the job's end; a stream cut short by a shutdown is resumed
   * by its last event id.
   */
  async *follow(
    scope: Scope,
    jobId: string,
    after: string | undefined,
    hangUp: AbortSignal,
  ): AsyncGenerator<ServerEvent | typeof keepAlive> {
    const signal = AbortSignal.any([hangUp, this.stopping.signal]);
    let seq = (after && (await scope.records.events.find(after))?.seq) || 0;
    let quiet = 0;
    while (!signal.aborted) {
      // The status is read first: what is written before a job's end is then seen in the same pass.
      const job = await scope.records.jobs.find(jobId);
      const page = await scope.records.events.page(
        { limit: batch, order: 'asc' },
        and(eventsOf(jobId), gt(jobEvents.seq, seq)),
      );
      for (const row of page!.rows) {
        yield { id: row.id, data: toEvent(row) };
        seq = row.seq;
        quiet = 0;
      }
      if (page!.hasMore) continue;
      if (!job || !openStatuses.includes(job.status)) {
        yield endOfStream;
        return;
      }
      quiet += 1;
      if (quiet % quietPasses === 0) yield keepAlive;
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }
}
