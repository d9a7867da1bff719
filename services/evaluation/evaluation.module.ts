// Wires the evaluation worker.

import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { InferenceClientModule } from '#platform/grpc/inference-client.module.js';
import { HealthChecks } from '#platform/health/health-checks.js';
import { PlatformModule } from '#platform/platform.module.js';
import { QueueModule } from '#platform/queue/queue.module.js';
import { WorkersModule } from '#platform/queue/workers.module.js';
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
import { EvaluateKnowledgeShardProcessor } from './knowledge/evaluate-knowledge-shard.processor.js';
import { EvaluateKnowledgeProcessor } from './knowledge/evaluate-knowledge.processor.js';
import { Reading } from './reading/reading.js';
import { Statistics } from './statistics/statistics.js';

/** Without inference no shard can be done, so the worker is not ready. */
@Injectable()
class NeedsInference {
  constructor(inference: InferenceClient, health: HealthChecks) {
    health.add('inference', () => inference.check());
  }
}

@Module({})
export class EvaluationModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: EvaluationModule,
      imports: [
        PlatformModule.forRoot({ service: 'evaluation', env }),
        QueueModule.forRoot(env),
        InferenceClientModule.forRoot('evaluation', env),
        WorkersModule.register({
          evaluate: EvaluateProcessor,
          'evaluate-shard': EvaluateShardProcessor,
          'evaluate-knowledge': EvaluateKnowledgeProcessor,
          'evaluate-knowledge-shard': EvaluateKnowledgeShardProcessor,
          judge: JudgeProcessor,
          'judge-shard': JudgeShardProcessor,
          audit: AuditProcessor,
          'audit-ahead': AuditAheadProcessor,
          'audit-shard': AuditShardProcessor,
        }),
      ],
      providers: [
        { provide: ENV, useValue: env },
        NeedsInference,
        ExampleSets,
        Reading,
        Judges,
        Relearning,
        Statistics,
        EvaluateProcessor,
        EvaluateShardProcessor,
        EvaluateKnowledgeProcessor,
        EvaluateKnowledgeShardProcessor,
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
