// What a service that takes or adds jobs gets beside the platform's: Redis and the queues. Global; by
// class.

import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { QueueEnv } from '../config/queue-env.js';
import { Drain } from '../drain.js';
import { HealthChecks } from '../health/health-checks.js';
import type { Logger } from '../log/logger.js';
import { JobMetrics } from '../telemetry/job-metrics.js';
import { Metrics } from '../telemetry/metrics.js';
import { LOGGER } from '../tokens.js';
import { QueueProducer } from './queue-producer.js';
import { QueueWorkers } from './queue-workers.js';
import { redisAddressOf } from './redis-address-of.js';
import { RedisConnections } from './redis-connections.js';

/** Ends the connections after everything that uses them. */
class Connections implements OnApplicationShutdown {
  constructor(
    private readonly connections: RedisConnections,
    producer: QueueProducer,
    workers: QueueWorkers,
    checks: HealthChecks,
    drain: Drain,
  ) {
    checks.add('redis', () => producer.check());
    drain.add((ms) => workers.stop(ms));
  }

  onApplicationShutdown(): void {
    this.connections.close();
  }
}

@Module({})
export class QueueModule {
  static forRoot(env: QueueEnv): DynamicModule {
    const shared = [
      {
        provide: JobMetrics,
        useFactory: (metrics: Metrics) => new JobMetrics(metrics),
        inject: [Metrics],
      },
      {
        provide: RedisConnections,
        useFactory: (log: Logger) => new RedisConnections(redisAddressOf(env), log),
        inject: [LOGGER],
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
            onDeaf: () => process.kill(process.pid, 'SIGTERM'),
            log,
            metrics,
          }),
        inject: [RedisConnections, LOGGER, JobMetrics],
      },
    ];
    const used = [RedisConnections, QueueProducer, QueueWorkers, HealthChecks, Drain] as const;
    return {
      module: QueueModule,
      global: true,
      providers: [
        ...shared,
        {
          provide: Connections,
          useFactory: (...all: ConstructorParameters<typeof Connections>) =>
            new Connections(...all),
          inject: [...used],
        },
      ],
      exports: shared.map(({ provide }) => provide),
    };
  }
}
