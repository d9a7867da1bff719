// How many requests ended with which status, and how long they took, by route.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

export const requestSeconds = ({ registry }: Metrics) =>
  new Histogram({
    name: 'lethe_http_seconds',
    help: 'Time of an HTTP request, by its status',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });

/** Routes, not paths: a path holds ids, and every id would be a series of its own. */
export function measureRequests(app: NestFastifyApplication, metrics: Metrics): void {
  const seconds = requestSeconds(metrics);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      seconds.observe(
        { method: request.method, route, status: reply.statusCode },
        reply.elapsedTime / 1000,
      );
    });
}
