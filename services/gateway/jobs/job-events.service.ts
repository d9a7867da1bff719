// A job's history as it grows, for clients that stay on the line.

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { and, gt } from 'drizzle-orm';
import { setImmediate } from 'node:timers/promises';
import { KeyServiceError } from '#platform/errors/key-service.error.js';
import { StorageUnavailableError } from '#platform/errors/storage-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { isAway } from '../database/is-away.js';
import { jobEvents, openStatuses } from '../database/schema.js';
import type { Page, PageQuery } from '../database/tenant-table.js';
import { endOfStream, keepAlive, type ServerEvent } from '../http/event-stream.js';
import type { Scope } from '../tenants/scope.js';
import type { Follower } from './follower.js';
import { JobFollowers } from './job-followers.js';
import { eventsOf } from './job-ledger.js';
import { toEvent } from './job-object.js';
import { tellEvents, type ToldEvent } from './job-words.js';

/** Longest silence of a stream, in ms. */
const quiet = 15_000;
const batch = 200;

interface News {
  readonly rows: readonly ToldEvent[];
  readonly hasMore: boolean;
  readonly isOpen: boolean;
}

@Injectable()
export class JobEventsService implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly asked = new Map<string, Promise<News>>();

  constructor(
    private readonly followers: JobFollowers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  async page(scope: Scope, jobId: string, query: PageQuery): Promise<Page<ToldEvent> | undefined> {
    const page = await scope.records.events.page(query, eventsOf(jobId));
    return page && { ...page, rows: await tellEvents(scope.artifacts, jobId, page.rows, this.log) };
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

  /** A database or a store of keys that is away has no news: followers are woken when it is back. */
  private async *newsIfAny(
    scope: Scope,
    jobId: string,
    follower: Follower,
  ): AsyncGenerator<ServerEvent, boolean> {
    try {
      return yield* this.news(scope, jobId, follower);
    } catch (error) {
      if (isAway(error) || StorageUnavailableError.isInstance(error)) return false;
      if (KeyServiceError.isInstance(error)) return false;
      throw error;
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
  private read(scope: Scope, jobId: string, seen: number): Promise<News> {
    const key = `${scope.tenant.id}/${jobId}/${seen}`;
    const asked = this.asked.get(key);
    if (asked) return asked;
    // Once it reads it may miss what the next is woken for.
    const reading = setImmediate().then(() => {
      this.asked.delete(key);
      return this.readNews(scope, jobId, seen);
    });
    this.asked.set(key, reading);
    return reading;
  }

  private async readNews(scope: Scope, jobId: string, seen: number): Promise<News> {
    // The status is read first: what is written before a job's end is then seen in the same pass.
    const job = await scope.records.jobs.find(jobId);
    const { rows, hasMore } = await scope.records.events.page(
      { limit: batch, order: 'asc' },
      and(eventsOf(jobId), gt(jobEvents.seq, seen)),
    );
    return {
      rows: await tellEvents(scope.artifacts, jobId, rows, this.log),
      hasMore,
      isOpen: job !== undefined && openStatuses.includes(job.status),
    };
  }
}
