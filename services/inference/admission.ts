// Bounds the calls that run or wait: what cannot be served soon is refused at once, not queued for
// ever.

import { Gauge } from 'prom-client';
import type { Metrics } from '#platform/telemetry/metrics.js';
import { BusyError } from './errors/busy.error.js';

export class Admission {
  private calls = 0;

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

  /** @returns what is to be called when the call is over. @throws BusyError */
  enter(): () => void {
    if (this.calls >= this.limit)
      throw new BusyError(`the service has ${this.calls} calls at work, its limit; try again soon`);
    this.calls++;
    return () => void this.calls--;
  }
}
