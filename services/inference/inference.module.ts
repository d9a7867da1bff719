// Wires the inference service.

import { Module, type DynamicModule } from '@nestjs/common';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { HealthChecks } from '#platform/health/health-checks.js';
import type { Logger } from '#platform/log/logger.js';
import { PlatformModule } from '#platform/platform.module.js';
import { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { LOGGER } from '#platform/tokens.js';
import { measureAdapters } from './adapter-metrics.js';
import { Admission } from './admission.js';
import { AnswerMetrics } from './answer-metrics.js';
import { measureCaches } from './cache-metrics.js';
import type { Env } from './env.js';
import { Images } from './images/images.js';
import { Handlers } from './inference.handlers.js';
import { InferenceServer } from './inference.server.js';
import { Bases } from './knowledge/bases.js';
import { GroundedAnswers } from './knowledge/grounded-answers.js';
import { GroundingMetrics } from './knowledge/grounding-metrics.js';
import { ModelCatalog } from './model-catalog.js';
import { Models } from './models.js';
import { Tokens } from './tokens/tokens.js';

@Module({})
export class InferenceModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: InferenceModule,
      imports: [PlatformModule.forRoot({ service: 'inference', env })],
      providers: [
        {
          provide: GrpcMetrics,
          useFactory: (metrics: Metrics) => new GrpcMetrics(metrics),
          inject: [Metrics],
        },
        {
          provide: Models,
          useFactory: (store: ArtifactStore, log: Logger, metrics: Metrics) => {
            const models = new Models(env, store, log);
            measureAdapters(metrics, models);
            measureCaches(metrics, models, env);
            return models;
          },
          inject: [ArtifactStore, LOGGER, Metrics],
        },
        {
          provide: ModelCatalog,
          useFactory: (log: Logger) => new ModelCatalog(env, log),
          inject: [LOGGER],
        },
        {
          provide: Admission,
          useFactory: (metrics: Metrics) => new Admission(env.MAX_CALLS, metrics),
          inject: [Metrics],
        },
        {
          provide: AnswerMetrics,
          useFactory: (metrics: Metrics) => new AnswerMetrics(metrics, env.METRICS_COMPAT),
          inject: [Metrics],
        },
        {
          provide: Tokens,
          useFactory: () => new Tokens({ dirs: env.MODEL_DIRS, capacity: env.MAX_MODELS }),
        },
        {
          provide: Bases,
          useFactory: (store: ArtifactStore) => new Bases(env, store),
          inject: [ArtifactStore],
        },
        {
          provide: GroundedAnswers,
          useFactory: (bases: Bases, tokens: Tokens, metrics: Metrics) =>
            new GroundedAnswers(bases, tokens, new GroundingMetrics(metrics, bases)),
          inject: [Bases, Tokens, Metrics],
        },
        {
          provide: Images,
          useFactory: (store: ArtifactStore) => new Images(store),
          inject: [ArtifactStore],
        },
        {
          provide: Handlers,
          useFactory: (
            models: Models,
            catalog: ModelCatalog,
            admission: Admission,
            tokens: Tokens,
            grounded: GroundedAnswers,
            images: Images,
            metrics: AnswerMetrics,
          ) =>
            new Handlers(
              models,
              catalog,
              admission,
              tokens,
              grounded,
              images,
              metrics,
              env.MAX_BATCH,
            ),
          inject: [Models, ModelCatalog, Admission, Tokens, GroundedAnswers, Images, AnswerMetrics],
        },
        {
          provide: InferenceServer,
          useFactory: (
            handlers: Handlers,
            models: Models,
            log: Logger,
            metrics: GrpcMetrics,
            checks: HealthChecks,
            catalog: ModelCatalog,
          ) => new InferenceServer(env, handlers, models, log, metrics, checks, catalog),
          inject: [Handlers, Models, LOGGER, GrpcMetrics, HealthChecks, ModelCatalog],
        },
      ],
    };
  }
}
