// Starts a service and stops it within its deadline.

import 'reflect-metadata';
import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PlatformEnv } from './config/platform-env.js';
import { HealthChecks } from './health/health-checks.js';
import { createLogger, type Logger } from './log/logger.js';
import { NestLogger } from './log/nest-logger.js';
import { QueueWorkers } from './queue/queue-workers.js';
import { measureRequests } from './telemetry/http-metrics.js';
import { Metrics } from './telemetry/metrics.js';

export interface ServiceOptions {
  readonly service: string;
  /** Imports PlatformModule.forRoot. */
  readonly module: Type | DynamicModule;
  readonly env: PlatformEnv;
  /** Of the HTTP server; 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Called before the application starts to listen: pipes, filters, plugins. */
  configure?(app: NestFastifyApplication): Promise<void> | void;
  readonly adapter?: FastifyAdapter;
}

/** Of the deadline: running jobs have until here, */
const JOBS_UNTIL = 0.8;
/**
 * open requests (a stream may have no end) until here, and the rest is for closing what they used.
 */
const REQUESTS_UNTIL = 0.9;

/** A service that cannot start says why in its log and ends with status 1. */
export async function bootstrapService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { service, module, env, port, host } = options;
  const log = createLogger({ service, level: env.LOG_LEVEL });
  try {
    const app = await NestFactory.create<NestFastifyApplication>(
      module,
      options.adapter ?? new FastifyAdapter(),
      {
        logger: new NestLogger(log),
        abortOnError: false,
      },
    );
    measureRequests(app, app.get(Metrics, { strict: false }));
    await options.configure?.(app);
    stopOnSignals(app, env, log);
    await app.listen(port, host);
    log.info({ url: await app.getUrl() }, 'started');
    return app;
  } catch (err) {
    log.fatal({ err }, `cannot start: ${(err as Error).message}`);
    process.exit(1);
  }
}

function stopOnSignals(app: NestFastifyApplication, env: PlatformEnv, log: Logger): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => exit(log, 1, 'did not stop in time'), env.SHUTDOWN_MS).unref();
    setTimeout(
      () => app.getHttpServer().closeAllConnections(),
      env.SHUTDOWN_MS * REQUESTS_UNTIL,
    ).unref();
    try {
      app.get(HealthChecks, { strict: false }).leave();
      // Before anything else closes: handlers still use what the application holds.
      await app.get(QueueWorkers, { strict: false }).stop(env.SHUTDOWN_MS * JOBS_UNTIL);
      await app.close();
      exit(log, 0, 'stopped');
    } catch (err) {
      log.error({ err }, 'while stopping');
      exit(log, 1, 'stopped with an error');
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function exit(log: Logger, status: number, message: string): never {
  log[status === 0 ? 'info' : 'error'](message);
  process.exit(status);
}
