// Follows the events of the queues and writes them into the jobs' history. Any number of gateways
// may follow the same events.
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { progressSchema } from '#contracts/jobs.js';
import type { Logger } from '#platform/log/logger.js';
import { type JobEvent, QueueListener } from '#platform/queue/queue-listener.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { type StageRow, TenantRecords } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { Cursors } from './cursors.js';
import { JobLedger } from './job-ledger.js';
import { JobReconciler } from './job-reconciler.js';

const queues = ['evaluate', 'augment', 'train', 'publish'] as const;

@Injectable()
export class JobWatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private listener: QueueListener | undefined;

  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly ledger: JobLedger,
    private readonly reconciler: JobReconciler,
    private readonly connections: RedisConnections,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.listener = new QueueListener({
      connections: this.connections,
      prefix: this.env.QUEUE_PREFIX,
      names: [...queues],
      cursors: await this.cursors.read(queues),
      log: this.log,
      handle: (event) => this.handle(event),
    });
    this.listener.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.listener?.close();
    await this.cursors.flush();
  }

  /** An event that cannot be applied is left to the reconciler: those behind it must not wait. */
  private async handle(event: JobEvent): Promise<void> {
    try {
      await this.apply(event);
      await this.cursors.advance(event.queue, event.eventId);
    } catch (error) {
      this.log.error(
        { err: error, queue: event.queue, event: event.event, id: event.id },
        'an event could not be applied',
      );
    }
  }

  /**
   * Progress comes with the event alone. All else is read from the flow itself: events of several
   * queues come in no order, and a stage is even told to be active when it only fails because the
   * one before it has.
   */
  private async apply(event: JobEvent): Promise<void> {
    const place = await this.ledger.place(event.id);
    if (!place) return;
    if (event.event !== 'progress' || place.status === 'pending') await this.settle(place);
    if (event.event !== 'progress') return;
    const progress = progressSchema.safeParse(event.progress);
    if (progress.success) await this.ledger.progressed(place, progress.data);
  }

  private async settle({ tenantId, jobId }: StageRow): Promise<void> {
    const job = await new TenantRecords(this.database.sql, tenantId).jobs.find(jobId);
    if (job) await this.reconciler.settle(job);
  }
}
