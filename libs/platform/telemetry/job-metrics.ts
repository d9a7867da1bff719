// How many jobs ended how, and how long a try took.

import { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.05, 0.25, 1, 5, 30, 120, 600, 3600, 14_400];

export class JobMetrics {
  private readonly seconds: Histogram<'queue' | 'outcome'>;

  constructor({ registry }: Metrics) {
    this.seconds = new Histogram({
      name: 'lethe_job_seconds',
      help: 'Time of one try of a job, by how it ended',
      labelNames: ['queue', 'outcome'],
      buckets: SECONDS,
      registers: [registry],
    });
  }

  observe(queue: string, outcome: string, seconds: number): void {
    this.seconds.observe({ queue, outcome }, seconds);
  }
}
