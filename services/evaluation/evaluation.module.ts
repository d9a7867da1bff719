// Wires the evaluation worker.

import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { HealthChecks } from '#platform/health/health-checks.js';
import type { Logger } from '#platform/log/logger.js';
import { PlatformModule } from '#platform/platform.module.js';
import { QueueModule } from '#platform/queue/queue.module.js';
import { WorkersModule } from '#platform/queue/workers.module.js';
import { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { LOGGER } from '#platform/tokens.js';
import { AuditAheadProcessor } from './audit/audit-ahead.processor.js';
import { AuditShardProcessor } from './audit/audit-shard.processor.js';
import { AuditShards } from './audit/audit-shards.js';
import { AuditProcessor } from './audit/audit.processor.js';
import { Relearning } from './audit/relearning.js';
import { ENV, type Env } from './env.js';
import { EvaluateShardProcessor } from './evaluate-shard.processor.js';
import { EvaluateProcessor } from './evaluate.processor.js';
import { ExampleSets } from './example-sets.js';
import { JudgeShardProcessor } from './judge-shard.processor.js';
import { JudgeProcessor } from './judge.processor.js';
import { Judges } from './judges/judges.js';
import { Reading } from './reading/reading.js';
import { Statistics } from './statistics/statistics.js';

/** Ends the connections to inference after the jobs that use them. */
class CloseInference implements OnApplicationShutdown {
  constructor(private readonly inference: InferenceClient) {}

  onApplicationShutdown(): void {
    this.inference.close();
  }
}

/** Without inference no shard can be done, so the worker is not ready. */
function connect(
  env: Env,
  log: Logger,
  metrics: GrpcMetrics,
  health: HealthChecks,
): InferenceClient {
  const client = InferenceClient.open('evaluation', env, log, metrics);
  health.add('inference', () => client.check());
  return client;
}

@Module({})
export class EvaluationModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: EvaluationModule,
      imports: [
        PlatformModule.forRoot({ service: 'evaluation', env }),
        QueueModule.forRoot(env),
        WorkersModule.register({
          evaluate: EvaluateProcessor,
          'evaluate-shard': EvaluateShardProcessor,
          judge: JudgeProcessor,
          'judge-shard': JudgeShardProcessor,
          audit: AuditProcessor,
          'audit-ahead': AuditAheadProcessor,
          'audit-shard': AuditShardProcessor,
        }),
      ],
      providers: [
        { provide: ENV, useValue: env },
        {
          provide: GrpcMetrics,
          useFactory: (metrics: Metrics) => new GrpcMetrics(metrics),
          inject: [Metrics],
        },
        {
          provide: InferenceClient,
          useFactory: (log: Logger, metrics: GrpcMetrics, health: HealthChecks) =>
            connect(env, log, metrics, health),
          inject: [LOGGER, GrpcMetrics, HealthChecks],
        },
        {
          provide: CloseInference,
          useFactory: (inference: InferenceClient) => new CloseInference(inference),
          inject: [InferenceClient],
        },
        ExampleSets,
        Reading,
        Judges,
        Relearning,
        Statistics,
        EvaluateProcessor,
        EvaluateShardProcessor,
        AuditShards,
        JudgeProcessor,
        JudgeShardProcessor,
        AuditProcessor,
        AuditAheadProcessor,
        AuditShardProcessor,
      ],
    };
  }
}
