// How many calls ended with which status, and how long they took.

import { status } from '@grpc/grpc-js';
import { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

export class GrpcMetrics {
  private readonly seconds: Histogram<'side' | 'method' | 'code'>;

  constructor({ registry }: Metrics) {
    this.seconds = new Histogram({
      name: 'lethe_grpc_seconds',
      help: 'Time of a gRPC call, by its status',
      labelNames: ['side', 'method', 'code'],
      buckets: SECONDS,
      registers: [registry],
    });
  }

  observe(side: 'client' | 'server', method: string, code: status, seconds: number): void {
    this.seconds.observe({ side, method, code: status[code] }, seconds);
  }
}
