// Brings jobs into line with the queues, whatever events were missed: at once, and every so often.

import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#failure/failure.js';
import { CANCELLED } from '#platform/errors/cancelled.error.js';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { eachApart, endsPass } from '../database/each-apart.js';
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
  private readonly passes: RepeatedPass;

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
    this.passes = new RepeatedPass({
      pass: () => this.pass(),
      pause: env.RECONCILE_MS,
      failed: (err) => this.passFailed(err),
    });
  }

  start(): void {
    this.passes.start();
  }

  stop(): Promise<void> {
    return this.passes.stop();
  }

  private async pass(): Promise<void> {
    const watched = await this.ledger.watched();
    await eachApart(
      watched,
      (record) => this.settle(record),
      (err, { job: { id: jobId, tenantId } }) =>
        this.log.error({ err, jobId, tenantId }, 'a job could not be compared with the queues'),
    );
    await this.admission.admitAll();
  }

  private passFailed(err: unknown): void {
    if (endsPass(err))
      this.log.debug({ err }, 'jobs are compared with the queues later, or by another gateway');
    else this.log.error({ err }, 'jobs could not be compared with the queues');
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
    // What was begun for the stages behind it.
    await this.queue.cancel(job);
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
