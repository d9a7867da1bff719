// Wakes those who follow a job's history when it grows. One connection listens for the whole
// gateway, whichever gateway writes; now and then the histories themselves are asked, in one
// statement, for what was not heard.

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { inArray, max } from 'drizzle-orm';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { jobEvents } from '../database/schema.js';
import { Follower } from './follower.js';
import { historyChannel } from './job-change.js';

/** Between two looks into the histories, in ms. */
const interval = 10_000;

@Injectable()
export class JobFollowers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly byJob = new Map<string, Set<Follower>>();
  private timer: NodeJS.Timeout | undefined;
  private end: (() => Promise<void>) | undefined;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.end = await this.database.listen(historyChannel, {
      notified: (jobId) => this.wake(jobId),
      listening: () => void this.tryCompare(),
    });
    this.timer = setInterval(() => void this.tryCompare(), interval);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.end?.();
  }

  add(jobId: string): Follower {
    const own = this.byJob.get(jobId) ?? new Set();
    this.byJob.set(jobId, own);
    const follower = new Follower();
    own.add(follower);
    return follower;
  }

  remove(jobId: string, follower: Follower): void {
    const own = this.byJob.get(jobId);
    own?.delete(follower);
    if (own?.size === 0) this.byJob.delete(jobId);
  }

  private wake(jobId: string): void {
    for (const follower of this.byJob.get(jobId) ?? []) follower.wake();
  }

  private async tryCompare(): Promise<void> {
    await this.compare().catch((err: unknown) =>
      this.log.debug({ err }, 'histories cannot be read: their followers wait'),
    );
  }

  /** Wakes those whose job has a later event than they have seen, or none any more. */
  private async compare(): Promise<void> {
    const ids = [...this.byJob.keys()];
    if (ids.length === 0) return;
    const rows = await this.database.sql
      .select({ jobId: jobEvents.jobId, last: max(jobEvents.seq) })
      .from(jobEvents)
      .where(inArray(jobEvents.jobId, ids))
      .groupBy(jobEvents.jobId);
    const last = new Map(rows.map((row) => [row.jobId, row.last ?? Infinity]));
    for (const [jobId, followers] of this.byJob)
      for (const follower of followers)
        if ((last.get(jobId) ?? Infinity) > follower.seen) follower.wake();
  }
}
