// Looks every so often for what a deletion that died has left, and stragglers have written after it,
// and for hashes of the names of tenants who are gone.

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Collector } from '../artifacts/collector.js';
import { ENV, type Env } from '../env.js';
import { NameHashes } from '../tenants/name-hashes.js';

@Injectable()
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly collector: Collector,
    private readonly names: NameHashes,
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
      this.running = this.sweep().finally(() => {
        if (this.timer) this.schedule(this.env.SWEEP_MS);
      });
    }, delay);
  }

  private async sweep(): Promise<void> {
    await this.names
      .renew()
      .catch((err: unknown) => this.log.warn({ err }, 'names are hashed anew later'));
    try {
      const erased = await this.collector.sweep();
      if (erased > 0) this.log.info({ erased }, 'spaces that nobody needs were erased');
    } catch (err) {
      this.log.warn({ err }, 'spaces that nobody needs are erased later');
    }
  }
}
