// Lets the collector look at everything every so often: what a deletion that died left, and what
// stragglers wrote after it.

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { ENV, type Env } from '../env.js';
import { Collector } from './collector.js';

@Injectable()
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly collector: Collector,
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
    try {
      const erased = await this.collector.sweep();
      if (erased > 0) this.log.info({ erased }, 'spaces that nobody needs were erased');
    } catch (err) {
      this.log.warn({ err }, 'spaces that nobody needs are erased later');
    }
  }
}
