// What happens to jobs, as events in order, from a point the reader has kept.

import { QueueEvents, type ConnectionOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobName, Progress } from '#contracts/jobs.js';
import type { Logger } from '../log/logger.js';
import { isConnectionTrouble } from './fail-fast.js';
import type { JobResult } from './job-context.js';
import type { RedisConnections } from './redis-connections.js';

export interface JobEvent {
  readonly queue: JobName;
  /** Of the queue job. */
  readonly id: string;
  /** `failed` is final: no further try follows. */
  readonly event: 'active' | 'progress' | 'completed' | 'failed';
  readonly progress?: Progress;
  readonly result?: JobResult;
  readonly failedReason?: string;
  /** Keep it as the queue's cursor once the event has been handled. */
  readonly eventId: string;
}

export interface ListenerOptions {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly names: readonly JobName[];
  /**
   * Last handled event of each queue; absent: from the oldest kept ('0'). Queues keep about 10,000
   * events.
   */
  readonly cursors?: Partial<Record<JobName, string>>;
  readonly log: Logger;
  /**
   * Called for one event at a time per queue. A rejection is logged; the event is not delivered
   * again.
   */
  handle(event: JobEvent): Promise<void>;
}

export class QueueListener {
  private readonly sources: { readonly source: QueueEvents; readonly redis: Redis }[] = [];
  private readonly pending = new Map<JobName, Promise<void>>();
  private closed = false;

  constructor(private readonly options: ListenerOptions) {}

  /** Reconnects by itself and goes on where it was. */
  start(): void {
    for (const name of this.options.names) {
      const redis = this.options.connections.patient();
      this.sources.push({ source: this.listen(name, redis), redis });
    }
  }

  /** Delivers nothing more and waits for the handler at work. */
  async close(): Promise<void> {
    this.closed = true;
    // Not awaited: the queue waits for a reply from Redis, which may be away.
    for (const { source, redis } of this.sources) {
      source.close().catch(() => {});
      redis.disconnect();
    }
    await Promise.all(this.pending.values());
  }

  private listen(queue: JobName, redis: Redis): QueueEvents {
    const { prefix, cursors, log } = this.options;
    const connection = redis as unknown as ConnectionOptions;
    const source = new QueueEvents(queue, {
      connection,
      prefix,
      lastEventId: cursors?.[queue] ?? '0',
      blockingTimeout: 5000,
    });
    source.on('error', (err) =>
      log[isConnectionTrouble(err) ? 'debug' : 'error']({ err, queue }, 'queue events'),
    );
    source.on('active', ({ jobId }, eventId) =>
      this.deliver({ queue, id: jobId, event: 'active', eventId }),
    );
    source.on('progress', ({ jobId, data }, eventId) =>
      this.deliver({
        queue,
        id: jobId,
        event: 'progress',
        progress: data as unknown as Progress,
        eventId,
      }),
    );
    source.on('completed', ({ jobId, returnvalue }, eventId) =>
      this.deliver({
        queue,
        id: jobId,
        event: 'completed',
        result: (returnvalue as unknown as JobResult) ?? undefined,
        eventId,
      }),
    );
    source.on('failed', ({ jobId, failedReason }, eventId) =>
      this.deliver({ queue, id: jobId, event: 'failed', failedReason, eventId }),
    );
    return source;
  }

  private deliver(event: JobEvent): void {
    const before = this.pending.get(event.queue) ?? Promise.resolve();
    const next = before
      .then(() => (this.closed ? undefined : this.options.handle(event)))
      .catch((err: unknown) =>
        this.options.log.error({ err, queue: event.queue, id: event.id }, 'event not handled'),
      );
    this.pending.set(event.queue, next);
  }
}
