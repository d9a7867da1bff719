// Follows the events of the queues and writes them into the jobs' history. How far it has come is
// kept for whoever follows them next: an event counts at least once, so the kept place may lag.

import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { Logger } from '#platform/log/logger.js';
import { type JobEvent, QueueListener } from '#platform/queue/queue-listener.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { LOGGER } from '#platform/tokens.js';
import { RunReconciler } from '../cells/run-reconciler.js';
import { Database } from '../database/database.js';
import { LeaseLostError } from '../database/lease-lost.error.js';
import { Lease } from '../database/lease.js';
import { cursors } from '../database/schema.js';
import { ENV, type Env } from '../env.js';
import { JobLedger } from './job-ledger.js';
import { JobReconciler } from './job-reconciler.js';

const queues = [
  'evaluate',
  'evaluate-knowledge',
  'judge',
  'augment',
  'augment-knowledge',
  'train',
  'audit',
  'publish',
] as const;
/** Shortest time between two writes of the cursors, in ms. */
const interval = 1_000;

@Injectable()
export class JobWatcher {
  private readonly ledger: JobLedger;
  private listener: QueueListener | undefined;
  /** Last events applied, of each queue, that are not written yet. */
  private applied = new Map<string, string>();
  private writtenAt = 0;

  constructor(
    private readonly database: Database,
    ledger: JobLedger,
    private readonly lease: Lease,
    private readonly reconciler: JobReconciler,
    private readonly runs: RunReconciler,
    private readonly connections: RedisConnections,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.ledger = ledger.under(lease);
  }

  /** From the last event that any gateway has applied, or else from the oldest that is kept. */
  async start(): Promise<void> {
    const rows = await this.database.sql.select().from(cursors);
    this.listener = new QueueListener({
      connections: this.connections,
      prefix: this.env.QUEUE_PREFIX,
      names: [...queues],
      cursors: Object.fromEntries(rows.map(({ queue, eventId }) => [queue, eventId])),
      log: this.log,
      handle: (event) => this.handle(event),
    });
    this.listener.start();
  }

  async stop(): Promise<void> {
    await this.listener?.close();
    await this.writeCursors();
  }

  /** An event that cannot be applied is left to the reconciler: those behind it must not wait. */
  private async handle(event: JobEvent): Promise<void> {
    try {
      await this.apply(event);
      this.applied.set(event.queue, event.eventId);
      if (Date.now() - this.writtenAt >= interval) await this.writeCursors();
    } catch (err) {
      const { queue, event: type, id } = event;
      const level = err instanceof LeaseLostError ? 'debug' : 'error';
      this.log[level]({ err, queue, event: type, id }, 'an event could not be applied');
    }
  }

  /**
   * Progress comes with the event alone. All else is read from the flow itself: events of several
   * queues come in no order, and a stage is even told to be active when it only fails because the
   * one before it has.
   */
  private async apply({ id, event, progress }: JobEvent): Promise<void> {
    const record = await this.ledger.find(id);
    if (!record && event !== 'progress') return this.runs.settleById(id);
    const stage = record?.stages.find((one) => one.id === id);
    if (!record || !stage) return;
    if (event !== 'progress' || stage.status === 'pending') await this.reconciler.settle(record);
    if (event === 'progress')
      await this.ledger.apply(record, [{ stage: stage.stage, state: 'active', progress }]);
  }

  private async writeCursors(): Promise<void> {
    if (this.applied.size === 0) return;
    const rows = [...this.applied].map(([queue, eventId]) => ({ queue, eventId }));
    this.applied = new Map();
    this.writtenAt = Date.now();
    await this.database.sql.transaction(async (tx) => {
      await this.lease.check(tx);
      await tx
        .insert(cursors)
        .values(rows)
        .onConflictDoUpdate({ target: cursors.queue, set: { eventId: sql`excluded.event_id` } });
    });
  }
}
