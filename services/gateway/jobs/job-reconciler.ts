// Brings jobs into line with the queues, whatever events were missed: at start, and every so often.
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Failure } from '#failure/failure.js';
import { CANCELLED } from '#platform/errors/cancelled.error.js';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { openStatuses } from '../database/schema.js';
import type { JobRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { FlowFollower } from './flow-follower.js';
import { JobLedger } from './job-ledger.js';
import { JobQueue, type StageState } from './job-queue.js';
import { Publisher } from './publisher.js';

@Injectable()
export class JobReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: JobLedger,
    private readonly queue: JobQueue,
    private readonly follower: FlowFollower,
    private readonly publisher: Publisher,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.pass().finally(() => {
        if (this.timer) this.schedule(this.env.RECONCILE_MS);
      });
    }, delay);
  }

  private async pass(): Promise<void> {
    try {
      for (const job of await this.ledger.watched()) await this.trySettle(job);
    } catch (error) {
      if (error instanceof QueueUnavailableError)
        this.log.debug('the queues cannot be reached: jobs are compared later');
      else this.log.error({ err: error }, 'jobs could not be compared with the queues');
    }
  }

  /** One job's trouble is not the others'. */
  private async trySettle(job: JobRow): Promise<void> {
    try {
      await this.settle(job);
    } catch (error) {
      if (error instanceof QueueUnavailableError) throw error;
      this.log.error(
        { err: error, jobId: job.id, tenantId: job.tenantId },
        'a job could not be compared with the queues',
      );
    }
  }

  /** Applies to the job what its flow says, stage by stage. @throws QueueUnavailableError */
  async settle(job: JobRow): Promise<void> {
    if (!job.flowOpen) return;
    if (!openStatuses.includes(job.status)) {
      await this.queue.cancel(job);
      await this.ledger.closeFlow(job);
      return;
    }
    const states = await this.queue.states(job);
    if (states.every((one) => one.state === 'missing')) return this.addAgain(job);
    if (job.status === 'validating_files') await this.ledger.queued(job);
    const failed = await this.follower.follow(job, states);
    if (failed) return this.fail(job, failed);
    if (states.at(-1)!.state === 'completed') await this.publishAgain(job);
  }

  /** Published, but the record of it was lost. */
  private async publishAgain(job: JobRow): Promise<void> {
    try {
      await this.publisher.publish(job.tenantId, job.id);
    } catch (error) {
      const { permanent, publicMessage } = Failure.of(error);
      if (!permanent) throw error;
      await this.fail(job, { stage: 'publish', failedReason: publicMessage });
    }
  }

  private async fail(
    job: JobRow,
    { stage, failedReason }: Pick<StageState, 'stage' | 'failedReason'>,
  ): Promise<void> {
    if (failedReason === CANCELLED) {
      await this.ledger.cancel(job);
      return;
    }
    const message = (failedReason ?? 'no reason was given').slice(0, 500);
    await this.ledger.fail(job, stage, {
      code: `${stage}_failed`,
      message: `${stage}: ${message}`,
      param: null,
    });
  }

  /**
   * A gateway that died between the record and the queue, or queues that lost what they held:
   * finished stages are not repeated.
   */
  private async addAgain(job: JobRow): Promise<void> {
    // A young one is still on its way into the queues.
    if (Date.now() - job.createdAt.getTime() < this.env.RECONCILE_MS) return;
    this.log.warn({ jobId: job.id }, 'the queues do not have the flow of a job: it is added again');
    await this.queue.add(job);
    await this.ledger.queued(job);
  }
}
