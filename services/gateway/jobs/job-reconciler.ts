// Brings jobs into line with the queues, whatever events were missed: at once, and every so often.

import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#failure/failure.js';
import { CANCELLED } from '#platform/errors/cancelled.error.js';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { LeaseLostError } from '../database/lease-lost.error.js';
import { Lease } from '../database/lease.js';
import { openStatuses } from '../database/schema.js';
import type { JobRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { JobAdmission } from './job-admission.js';
import { JobLedger } from './job-ledger.js';
import { JobQueue, type StageState } from './job-queue.js';
import { firstUnfinished, type JobRecord } from './job-record.js';
import { Publisher } from './publisher.js';

@Injectable()
export class JobReconciler {
  private readonly ledger: JobLedger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    ledger: JobLedger,
    lease: Lease,
    private readonly queue: JobQueue,
    private readonly publisher: Publisher,
    private readonly admission: JobAdmission,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.ledger = ledger.under(lease);
  }

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
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
      for (const record of await this.ledger.watched()) await this.trySettle(record);
      await this.admission.admitAll();
    } catch (err) {
      if (err instanceof QueueUnavailableError || err instanceof LeaseLostError)
        this.log.debug({ err }, 'jobs are compared with the queues later, or by another gateway');
      else this.log.error({ err }, 'jobs could not be compared with the queues');
    }
  }

  /** One job's trouble is not the others'. */
  private async trySettle(record: JobRecord): Promise<void> {
    try {
      await this.settle(record);
    } catch (err) {
      if (err instanceof QueueUnavailableError || err instanceof LeaseLostError) throw err;
      const { id: jobId, tenantId } = record.job;
      this.log.error({ err, jobId, tenantId }, 'a job could not be compared with the queues');
    }
  }

  /**
   * Applies to the job what its flow says, stage by stage.
   * @throws QueueUnavailableError, LeaseLostError
   */
  async settle(record: JobRecord): Promise<void> {
    const { job } = record;
    if (!job.flowOpen) return this.admission.admit(job.tenantId);
    if (!openStatuses.includes(job.status)) {
      await this.queue.cancel(job);
      await this.ledger.closeFlow(job);
      return this.admission.admit(job.tenantId);
    }
    const states = await this.queue.states(job, firstUnfinished(record));
    if (states.some(({ state }) => state === 'missing')) return this.addAgain(job);
    if (job.status === 'validating_files') await this.ledger.queued(job);
    const failed = await this.ledger.apply(record, states);
    if (failed) return this.fail(job, failed);
    if (states.every(({ state }) => state === 'completed')) await this.publishAgain(job);
  }

  /** Published, but the record of it was lost. */
  private async publishAgain(job: JobRow): Promise<void> {
    try {
      await this.publisher.publish(job.tenantId, job.id, this.ledger);
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
    await this.admission.admit(job.tenantId);
  }

  /**
   * A gateway that died between the record and the queue, or queues that lost what they held, all
   * or a part: what is left of the flow would keep it from being added. Finished stages are not
   * repeated.
   */
  private async addAgain(job: JobRow): Promise<void> {
    // A young one is still on its way into the queues.
    if (Date.now() - job.createdAt.getTime() < this.env.RECONCILE_MS) return;
    // A worker that has a stage ends it first.
    if (!(await this.queue.remove(job))) return;
    this.log.warn({ jobId: job.id }, 'the queues do not have the flow of a job: it is added again');
    await this.queue.add(job);
    await this.ledger.queued(job);
  }
}
