// Plans the runs that are at work, keeps some cells of each in the queue, and brings records into
// line with it, whatever events were missed.

import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { evaluationRuns as runs } from '../database/schema.js';
import type { CellRow, RunRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { CellOutcome } from './cell-outcome.js';
import { CellQueue } from './cell-queue.js';
import { RunAdmission } from './run-admission.js';
import { RunLedger } from './run-ledger.js';
import { RunPlanner } from './run-planner.js';

@Injectable()
export class RunReconciler {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: RunLedger,
    private readonly planner: RunPlanner,
    private readonly queue: CellQueue,
    private readonly outcome: CellOutcome,
    private readonly admission: RunAdmission,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

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
      await this.admission.admitAll();
      for (const cell of await this.ledger.queued())
        await this.attempt(cell.tenantId, () => this.settle(cell));
      for (const run of await this.ledger.open(eq(runs.status, 'running')))
        await this.attempt(run.tenantId, () => this.advance(run));
    } catch (err) {
      const level = err instanceof QueueUnavailableError ? 'debug' : 'error';
      this.log[level]({ err }, 'evaluation runs go on later');
    }
  }

  /** One run's trouble is not the others'. */
  private async attempt(tenantId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      if (err instanceof QueueUnavailableError) throw err;
      this.log.error({ err, tenantId }, 'an evaluation run goes on later');
    }
  }

  /** After an event of a cell's job. @param id of what may be no cell. */
  async settleById(id: string): Promise<void> {
    const cell = await this.ledger.findCell(id);
    if (cell?.isQueued) await this.settle(cell);
  }

  /** @throws QueueUnavailableError */
  private async settle(cell: CellRow): Promise<void> {
    if (cell.status !== 'running') {
      if (await this.queue.remove(cell)) await this.ledger.leftQueue(cell);
      return;
    }
    const state = await this.queue.state(cell);
    // A gateway that died between the record and the queue, or a queue that lost what it held.
    if (state.state === 'missing') return this.queue.add(cell);
    const end = await this.outcome.of(cell, state);
    if (!end || !(await this.ledger.finish(cell, end))) return;
    for (const run of await this.ledger.ofCell(cell.id)) await this.advance(run);
  }

  /** From wherever a run is, as far as it goes now. @throws QueueUnavailableError */
  async advance(run: RunRow): Promise<void> {
    if (run.status !== 'running') return;
    await this.planner.plan(run.id);
    const started = await this.ledger.start(run, this.env.CELLS_AT_ONCE);
    for (const cell of started) await this.queue.add(cell);
    if (started.length === 0) await this.ledger.close(run);
  }
}
