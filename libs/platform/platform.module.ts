// What every service gets: log, metrics, health, artifacts, queues. Global; by class, the logger by
// token.

import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { ArtifactStore } from './artifacts/artifact-store.js';
import { EarlierArtifacts } from './artifacts/earlier-artifacts.js';
import { openArtifacts, type Artifacts } from './artifacts/open-artifacts.js';
import { SpaceKeeper } from './artifacts/space-keeper.js';
import type { PlatformEnv } from './config/platform-env.js';
import { HealthChecks } from './health/health-checks.js';
import { createLogger, type Logger } from './log/logger.js';
import { QueueProducer } from './queue/queue-producer.js';
import { QueueWorkers } from './queue/queue-workers.js';
import { RedisConnections } from './queue/redis-connections.js';
import { JobMetrics } from './telemetry/job-metrics.js';
import { Metrics } from './telemetry/metrics.js';
import { LOGGER, PLATFORM_ENV } from './tokens.js';

const ARTIFACTS = Symbol('artifacts');

export interface PlatformOptions {
  readonly service: string;
  readonly env: PlatformEnv;
}

/** Ends the connections after everything that uses them. */
class CloseConnections implements OnApplicationShutdown {
  constructor(private readonly connections: RedisConnections) {}

  onApplicationShutdown(): void {
    this.connections.close();
  }
}

@Module({})
export class PlatformModule {
  static forRoot({ service, env }: PlatformOptions): DynamicModule {
    const shared = [
      { provide: PLATFORM_ENV, useValue: env },
      { provide: LOGGER, useFactory: () => createLogger({ service, level: env.LOG_LEVEL }) },
      { provide: Metrics, useFactory: () => new Metrics(service) },
      {
        provide: JobMetrics,
        useFactory: (metrics: Metrics) => new JobMetrics(metrics),
        inject: [Metrics],
      },
      {
        provide: RedisConnections,
        useFactory: (log: Logger) => new RedisConnections(env.REDIS_URL, log),
        inject: [LOGGER],
      },
      { provide: ARTIFACTS, useFactory: () => openArtifacts(env) },
      {
        provide: ArtifactStore,
        useFactory: ({ store }: Artifacts) => store,
        inject: [ARTIFACTS],
      },
      {
        provide: SpaceKeeper,
        useFactory: ({ keeper }: Artifacts) => keeper,
        inject: [ARTIFACTS],
      },
      {
        provide: EarlierArtifacts,
        useFactory: ({ earlier }: Artifacts) => earlier,
        inject: [ARTIFACTS],
      },
      {
        provide: QueueProducer,
        useFactory: (connections: RedisConnections) =>
          new QueueProducer(connections, env.QUEUE_PREFIX),
        inject: [RedisConnections],
      },
      {
        provide: QueueWorkers,
        useFactory: (connections: RedisConnections, log: Logger, metrics: JobMetrics) =>
          new QueueWorkers({
            connections,
            prefix: env.QUEUE_PREFIX,
            lockMs: env.LOCK_MS,
            log,
            metrics,
          }),
        inject: [RedisConnections, LOGGER, JobMetrics],
      },
      { provide: HealthChecks, useFactory: healthChecks, inject: [QueueProducer] },
    ];
    return {
      module: PlatformModule,
      global: true,
      providers: [
        ...shared,
        {
          provide: CloseConnections,
          useFactory: (connections: RedisConnections) => new CloseConnections(connections),
          inject: [RedisConnections],
        },
      ],
      exports: shared.map(({ provide }) => provide),
    };
  }
}

function healthChecks(producer: QueueProducer): HealthChecks {
  const checks = new HealthChecks();
  checks.add('redis', () => producer.check());
  return checks;
}
