// A job's history as it grows, for clients that stay on the line.

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { and, gt } from 'drizzle-orm';
import { isAway } from '../database/is-away.js';
import { jobEvents, openStatuses } from '../database/schema.js';
import { endOfStream, keepAlive, type ServerEvent } from '../http/event-stream.js';
import type { Scope } from '../tenants/scope.js';
import type { Follower } from './follower.js';
import { JobFollowers } from './job-followers.js';
import { eventsOf } from './job-ledger.js';
import { toEvent } from './job-object.js';

/** Longest silence of a stream, in ms. */
const quiet = 15_000;
const batch = 200;

@Injectable()
export class JobEventsService implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(private readonly followers: JobFollowers) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * From the event after `after` until the job's end; a stream cut short by a shutdown is resumed
   * by its last event id.
   */
  async follow(
    scope: Scope,
    jobId: string,
    after: string | undefined,
    hangUp: AbortSignal,
  ): Promise<AsyncIterable<ServerEvent | typeof keepAlive>> {
    const seen = (after && (await scope.records.events.find(after))?.seq) || 0;
    return this.eventsFrom(scope, jobId, seen, hangUp);
  }

  private async *eventsFrom(
    scope: Scope,
    jobId: string,
    seen: number,
    hangUp: AbortSignal,
  ): AsyncGenerator<ServerEvent | typeof keepAlive> {
    const signal = AbortSignal.any([hangUp, this.stopping.signal]);
    const follower = this.followers.add(jobId);
    follower.seen = seen;
    try {
      while (!signal.aborted) {
        if (yield* this.newsIfAny(scope, jobId, follower)) return;
        while (!(await follower.next(quiet, signal)) && !signal.aborted) yield keepAlive;
      }
    } finally {
      this.followers.remove(jobId, follower);
    }
  }

  /** A database that is away has no news: followers are woken when it is back. */
  private async *newsIfAny(
    scope: Scope,
    jobId: string,
    follower: Follower,
  ): AsyncGenerator<ServerEvent, boolean> {
    try {
      return yield* this.news(scope, jobId, follower);
    } catch (error) {
      if (!isAway(error)) throw error;
      return false;
    }
  }

  /** What has happened since the follower last looked. @returns whether it was the end. */
  private async *news(
    { records }: Scope,
    jobId: string,
    follower: Follower,
  ): AsyncGenerator<ServerEvent, boolean> {
    // The status is read first: what is written before a job's end is then seen in the same pass.
    const job = await records.jobs.find(jobId);
    let hasMore = true;
    while (hasMore) {
      const page = await records.events.page(
        { limit: batch, order: 'asc' },
        and(eventsOf(jobId), gt(jobEvents.seq, follower.seen)),
      );
      for (const row of page.rows) {
        yield { id: row.id, data: toEvent(row) };
        follower.seen = row.seq;
      }
      ({ hasMore } = page);
    }
    if (job && openStatuses.includes(job.status)) return false;
    yield endOfStream;
    return true;
  }
}
