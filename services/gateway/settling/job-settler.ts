// Settles the jobs of all gateways while this one holds their lease.

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from '#platform/log/logger.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { RunReconciler } from '../cells/run-reconciler.js';
import { LeaseLostError } from '../database/lease-lost.error.js';
import { Lease } from '../database/lease.js';
import { Eraser } from '../erasure/eraser.js';
import { JobReconciler } from '../jobs/job-reconciler.js';
import { JobWatcher } from '../jobs/job-watcher.js';
import { ArtifactUpgrade } from '../upgrade/artifact-upgrade.js';
import { TextUpgrade } from '../upgrade/text-upgrade.js';
import { Sweeper } from './sweeper.js';

/** How often a lease is renewed before it would expire. */
const renewals = 3;

@Injectable()
export class JobSettler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly turns: RepeatedPass;
  private settling = false;

  constructor(
    private readonly lease: Lease,
    private readonly watcher: JobWatcher,
    private readonly reconciler: JobReconciler,
    private readonly runs: RunReconciler,
    private readonly artifacts: ArtifactUpgrade,
    private readonly texts: TextUpgrade,
    private readonly eraser: Eraser,
    private readonly sweeper: Sweeper,
    private readonly producer: QueueProducer,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.turns = new RepeatedPass({
      pass: () => this.turn(),
      pause: lease.ms / renewals,
      failed: (err) => this.failed(err),
    });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.turns.stop();
    await this.stop().catch((err: unknown) => this.failed(err));
    await this.lease.release().catch((err: unknown) => this.failed(err));
  }

  private async turn(): Promise<void> {
    const held = await this.take();
    if (held && !this.settling) await this.start();
    if (!held && this.settling) await this.stop();
  }

  /** Whoever cannot reach the queues leaves them to a gateway that can. */
  private async take(): Promise<boolean> {
    try {
      await this.producer.check();
      return await this.lease.take();
    } catch (err) {
      this.log.debug({ err }, 'the lease on the jobs is not renewed');
      return false;
    }
  }

  private async start(): Promise<void> {
    // Before anything is swept: what an earlier release left has no owner yet.
    await this.artifacts.run();
    await this.texts.run();
    await this.watcher.start();
    this.reconciler.start();
    this.runs.start();
    this.eraser.start();
    this.sweeper.start();
    this.settling = true;
    this.log.info('this gateway settles the jobs now');
  }

  private async stop(): Promise<void> {
    if (!this.settling) return;
    this.settling = false;
    this.log.info('this gateway no longer settles the jobs');
    await this.sweeper.stop();
    await this.eraser.stop();
    await this.runs.stop();
    await this.reconciler.stop();
    await this.watcher.stop();
  }

  /** What fails is done at a later turn, by whichever gateway. */
  private failed(err: unknown): void {
    this.log[err instanceof LeaseLostError ? 'debug' : 'warn']({ err }, 'settling jobs');
  }
}
