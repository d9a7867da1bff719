// The client of inference as a worker's module gets it: one for the process, ended after its jobs.

import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { InferenceClientEnv } from '../config/grpc-env.js';
import type { Logger } from '../log/logger.js';
import { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import { Metrics } from '../telemetry/metrics.js';
import { LOGGER } from '../tokens.js';
import { InferenceClient } from './inference-client.js';

@Module({})
export class InferenceClientModule implements OnApplicationShutdown {
  constructor(private readonly inference: InferenceClient) {}

  /** @param service that makes the calls, and signs for them. */
  static forRoot(service: string, env: InferenceClientEnv): DynamicModule {
    return {
      module: InferenceClientModule,
      providers: [
        {
          provide: InferenceClient,
          useFactory: (log: Logger, metrics: Metrics) =>
            InferenceClient.open(service, env, log, new GrpcMetrics(metrics)),
          inject: [LOGGER, Metrics],
        },
      ],
      exports: [InferenceClient],
    };
  }

  /** Nest calls it after the workers, which import this module, have ended. */
  onApplicationShutdown(): void {
    this.inference.close();
  }
}
