// Bounds the calls that run or wait, of all and of each tenant: what cannot be served soon is refused
// at once, not queued for ever.

import { Gauge } from 'prom-client';
import type { Metrics } from '#platform/telemetry/metrics.js';
import { BusyError } from './errors/busy.error.js';
import { hasShare } from './fair-share.js';

export class Admission {
  private calls = 0;
  private readonly byTenant = new Map<string, number>();

  constructor(
    private readonly limit: number,
    metrics: Metrics,
  ) {
    const gauge: Gauge = new Gauge({
      name: 'lethe_inference_calls',
      help: 'Calls that run or wait',
      registers: [metrics.registry],
      collect: () => gauge.set(this.calls),
    });
  }

  /**
   * @param rows that the call takes: for so many calls it counts.
   * @returns what is to be called when the call is over. @throws BusyError
   */
  enter(tenant: string, rows = 1): () => void {
    const own = this.byTenant.get(tenant) ?? 0;
    const others = rows - 1;
    if (!hasShare(own + others, this.limit - this.calls - others))
      throw new BusyError(
        `the service takes no more calls of yours now: it has ${own} of them at work, of ${this.limit} for all; try again soon`,
      );
    this.count(tenant, rows);
    return () => this.count(tenant, -rows);
  }

  private count(tenant: string, change: number): void {
    this.calls += change;
    const own = (this.byTenant.get(tenant) ?? 0) + change;
    if (own > 0) this.byTenant.set(tenant, own);
    else this.byTenant.delete(tenant);
  }
}
