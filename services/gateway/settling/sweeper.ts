// Looks every so often for what a deletion that died has left, and stragglers have written after it,
// and for hashes of the names of tenants who are gone.

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { Collector } from '../artifacts/collector.js';
import { ENV, type Env } from '../env.js';
import { NameHashes } from '../tenants/name-hashes.js';

@Injectable()
export class Sweeper {
  private readonly passes: RepeatedPass;

  constructor(
    private readonly collector: Collector,
    private readonly names: NameHashes,
    @Inject(ENV) env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.passes = new RepeatedPass({
      pass: () => this.sweep(),
      pause: env.SWEEP_MS,
      failed: (err) => this.log.warn({ err }, 'spaces that nobody needs are erased later'),
    });
  }

  start(): void {
    this.passes.start();
  }

  stop(): Promise<void> {
    return this.passes.stop();
  }

  private async sweep(): Promise<void> {
    await this.names
      .renew()
      .catch((err: unknown) => this.log.warn({ err }, 'names are hashed anew later'));
    const erased = await this.collector.sweep();
    if (erased > 0) this.log.info({ erased }, 'spaces that nobody needs were erased');
  }
}
