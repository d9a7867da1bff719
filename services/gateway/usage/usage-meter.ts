// Counts requests and tokens in memory and writes them now and then, many in one statement. A
// gateway that is killed takes the last seconds' with it.

import { Inject, Injectable } from '@nestjs/common';
import type { UsageMetric } from '#contracts/usage-metrics.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { writeUsage } from '../database/write-usage.js';

/** Longest time that something counted is kept in memory, in ms. */
const interval = 5_000;

@Injectable()
export class UsageMeter {
  /** By tenant and metric. */
  private counted = new Map<string, Map<UsageMetric, number>>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Writes what is left. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
    clearTimeout(this.timer);
  }

  add(tenantId: string, metric: UsageMetric, amount: number): void {
    if (amount === 0) return;
    const own = this.counted.get(tenantId) ?? new Map<UsageMetric, number>();
    this.counted.set(tenantId, own.set(metric, (own.get(metric) ?? 0) + amount));
    this.timer ??= setTimeout(() => void this.write(), interval);
  }

  /** One after the other, so that the last has seen all others end. */
  private write(): Promise<void> {
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writeCounted());
    return this.writing;
  }

  /** What cannot be written now is added to what comes. */
  private async writeCounted(): Promise<void> {
    const { counted } = this;
    this.counted = new Map();
    const rows = [...counted].flatMap(([tenantId, own]) =>
      [...own].map(([metric, amount]) => ({ tenantId, metric, amount })),
    );
    try {
      await writeUsage(this.database.sql, rows);
    } catch (err) {
      this.log.warn({ err }, 'usage is written later');
      for (const { tenantId, metric, amount } of rows) this.add(tenantId, metric, amount);
    }
  }
}
