// How many gRPC calls ended with which status, how long they took, and how many wait for a replica.

import { status } from '@grpc/grpc-js';
import { Gauge, Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

export class GrpcMetrics {
  private readonly seconds: Histogram<'side' | 'method' | 'code'>;
  private readonly held: Gauge<'pool'>;

  constructor({ registry }: Metrics) {
    this.seconds = new Histogram({
      name: 'lethe_grpc_seconds',
      help: 'Time of a gRPC call, by its status',
      labelNames: ['side', 'method', 'code'],
      buckets: SECONDS,
      registers: [registry],
    });
    this.held = new Gauge({
      name: 'lethe_inference_calls_held',
      help: 'Calls that wait for a replica of inference, as there is none',
      labelNames: ['pool'],
      registers: [registry],
    });
  }

  /** @param pool its address. */
  hold(pool: string, calls: number): void {
    this.held.set({ pool }, calls);
  }

  observe(side: 'client' | 'server', method: string, code: status, seconds: number): void {
    this.seconds.observe({ side, method, code: status[code] }, seconds);
  }
}
