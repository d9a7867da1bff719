// Plans the runs that are at work, keeps some cells of each in the queue, and brings records into
// line with it, whatever events were missed.

import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { eachApart, endsPass } from '../database/each-apart.js';
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
  private readonly passes: RepeatedPass;

  constructor(
    private readonly ledger: RunLedger,
    private readonly planner: RunPlanner,
    private readonly queue: CellQueue,
    private readonly outcome: CellOutcome,
    private readonly admission: RunAdmission,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.passes = new RepeatedPass({
      pass: () => this.pass(),
      pause: env.RECONCILE_MS,
      failed: (err) =>
        this.log[endsPass(err) ? 'debug' : 'error']({ err }, 'evaluation runs go on later'),
    });
  }

  start(): void {
    this.passes.start();
  }

  stop(): Promise<void> {
    return this.passes.stop();
  }

  private async pass(): Promise<void> {
    const later = (err: unknown, { tenantId }: CellRow | RunRow) =>
      this.log.error({ err, tenantId }, 'an evaluation run goes on later');
    await this.admission.admitAll();
    await eachApart(await this.ledger.queued(), (cell) => this.settle(cell), later);
    const running = await this.ledger.open(eq(runs.status, 'running'));
    await eachApart(running, (run) => this.advance(run), later);
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
    await this.planner.plan(run);
    const started = await this.ledger.start(run, this.env.CELLS_AT_ONCE);
    for (const cell of started) await this.queue.add(cell);
    if (started.length === 0 && (await this.ledger.close(run))) await this.admit(run.tenantId);
  }

  /** Begins the runs of a tenant that have their turn now. @throws QueueUnavailableError */
  async admit(tenantId: string): Promise<void> {
    for (const run of await this.admission.admit(tenantId)) await this.advance(run);
  }
}
