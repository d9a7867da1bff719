// How many jobs ended how, how long a try took, and how long it waited to be taken.

import { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.05, 0.25, 1, 5, 30, 120, 600, 3600, 14_400];

export class JobMetrics {
  private readonly seconds: Histogram<'queue' | 'outcome'>;
  private readonly waits: Histogram<'queue'>;

  constructor({ registry }: Metrics) {
    this.seconds = new Histogram({
      name: 'lethe_job_seconds',
      help: 'Time of one try of a job, by how it ended',
      labelNames: ['queue', 'outcome'],
      buckets: SECONDS,
      registers: [registry],
    });
    this.waits = new Histogram({
      name: 'lethe_queue_wait_seconds',
      help: 'Time from when a job could be taken to when it was, first tries alone',
      labelNames: ['queue'],
      buckets: SECONDS,
      registers: [registry],
    });
  }

  observe(queue: string, outcome: string, seconds: number): void {
    this.seconds.observe({ queue, outcome }, seconds);
  }

  waited(queue: string, seconds: number): void {
    this.waits.observe({ queue }, seconds);
  }
}
