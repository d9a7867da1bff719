// How full the queues are, for alerts and autoscaling: asked of Redis when it is read. Where Redis is
// away, nothing is told.

import { Gauge } from 'prom-client';
import { zip } from '#collections/zip.js';
import type { Metrics } from '../telemetry/metrics.js';
import { type QueueFigures, queueStates } from './queue-figures.js';

/** @param read rejects within the time that a scrape may take. */
export function measureQueues(
  { registry }: Metrics,
  read: () => Promise<readonly QueueFigures[]>,
): void {
  let reading: Promise<readonly QueueFigures[]> | undefined;
  // Both gauges are read at once.
  const figures = (): Promise<readonly QueueFigures[]> =>
    (reading ??= read()
      .catch(() => [])
      .finally(() => (reading = undefined)));
  const jobs: Gauge<'queue' | 'state'> = new Gauge({
    name: 'lethe_queue_jobs',
    help: 'Jobs in a queue, by state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      const all = await figures();
      jobs.reset();
      for (const { queue, jobs: counts } of all)
        for (const [state, count] of zip(queueStates, counts)) jobs.set({ queue, state }, count);
    },
  });
  const oldest: Gauge<'queue'> = new Gauge({
    name: 'lethe_queue_oldest_seconds',
    help: 'Time that the oldest job that can be taken has waited, 0 where there is none',
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      const all = await figures();
      oldest.reset();
      for (const { queue, oldestSeconds } of all) oldest.set({ queue }, oldestSeconds);
    },
  });
}
