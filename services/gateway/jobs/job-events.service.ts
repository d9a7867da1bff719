// A job's history as it grows, for clients that stay on the line.

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { and, gt } from 'drizzle-orm';
import { setImmediate } from 'node:timers/promises';
import { isAway } from '../database/is-away.js';
import { jobEvents, openStatuses } from '../database/schema.js';
import type { EventRow } from '../database/tenant-records.js';
import { endOfStream, keepAlive, type ServerEvent } from '../http/event-stream.js';
import type { Scope } from '../tenants/scope.js';
import type { Follower } from './follower.js';
import { JobFollowers } from './job-followers.js';
import { eventsOf } from './job-ledger.js';
import { toEvent } from './job-object.js';

/** Longest silence of a stream, in ms. */
const quiet = 15_000;
const batch = 200;

interface News {
  readonly rows: readonly EventRow[];
  readonly hasMore: boolean;
  readonly isOpen: boolean;
}

@Injectable()
export class JobEventsService implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly asked = new Map<string, Promise<News>>();

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
    scope: Scope,
    jobId: string,
    follower: Follower,
  ): AsyncGenerator<ServerEvent, boolean> {
    for (;;) {
      const { rows, hasMore, isOpen } = await this.read(scope, jobId, follower.seen);
      for (const row of rows) {
        yield { id: row.id, data: toEvent(row) };
        follower.seen = row.seq;
      }
      if (hasMore) continue;
      if (isOpen) return false;
      yield endOfStream;
      return true;
    }
  }

  /** Followers of one job are woken together: one reads for all that have seen the same. */
  private read({ records, tenant }: Scope, jobId: string, seen: number): Promise<News> {
    const key = `${tenant.id}/${jobId}/${seen}`;
    const asked = this.asked.get(key);
    if (asked) return asked;
    // Once it reads it may miss what the next is woken for.
    const reading = setImmediate().then(() => {
      this.asked.delete(key);
      return readNews(records, jobId, seen);
    });
    this.asked.set(key, reading);
    return reading;
  }
}

async function readNews(records: Scope['records'], jobId: string, seen: number): Promise<News> {
  // The status is read first: what is written before a job's end is then seen in the same pass.
  const job = await records.jobs.find(jobId);
  const { rows, hasMore } = await records.events.page(
    { limit: batch, order: 'asc' },
    and(eventsOf(jobId), gt(jobEvents.seq, seen)),
  );
  return { rows, hasMore, isOpen: job !== undefined && openStatuses.includes(job.status) };
}
