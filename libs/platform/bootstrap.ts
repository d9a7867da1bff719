// Starts a service and stops it within its deadline.

import 'reflect-metadata';
import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { openFilesProblem } from '#process/open-files.js';
import type { PlatformEnv } from './config/platform-env.js';
import { Drain } from './drain.js';
import { HealthChecks } from './health/health-checks.js';
import { HealthModule } from './health/health.module.js';
import { Leaving } from './leaving.js';
import { sayableText } from './log/error-text.js';
import { createLogger, type Logger } from './log/logger.js';
import { NestLogger } from './log/nest-logger.js';
import { measureRequests } from './telemetry/http-metrics.js';
import { traceRequests } from './telemetry/http-spans.js';
import { Metrics } from './telemetry/metrics.js';
import { startTracing, type Tracing } from './telemetry/tracing/tracing.js';

/** What a service answers over HTTP, health checks and metrics aside. */
export interface Api {
  /** 0: any free one. */
  readonly port: number;
  /** Called before the application starts to listen: pipes, filters, plugins. */
  configure?(app: NestFastifyApplication): Promise<void> | void;
  readonly adapter?: FastifyAdapter;
}

export interface ServiceOptions {
  readonly service: string;
  /** Imports PlatformModule.forRoot. */
  readonly module: Type | DynamicModule;
  readonly env: PlatformEnv;
  /** Absent: the service answers health checks and metrics alone. */
  readonly api?: Api;
}

/** Of the deadline: clients of the API are told until here to go elsewhere, */
const LEAVING_UNTIL = 0.1;
/** running jobs have until here, */
const JOBS_UNTIL = 0.8;
/**
 * open requests (a stream may have no end) until here, and the rest is for closing what they used.
 */
const REQUESTS_UNTIL = 0.9;
/** Spans that are left are sent until here. */
const TRACES_UNTIL = 0.97;

/** A service that cannot start says why in its log and ends with status 1. */
export async function bootstrapService(options: ServiceOptions): Promise<void> {
  const { service, env, api } = options;
  // What a service writes is for its own user.
  process.umask(0o077);
  const log = createLogger({ service, level: env.LOG_LEVEL });
  try {
    const problem = openFilesProblem();
    if (problem) throw new Error(problem);
    const tracing = await startTracing(service, env, log);
    const app = await createApp(options.module, log, api?.adapter);
    const leaving = api && new Leaving(app);
    if (api) {
      traceRequests(app);
      measureRequests(app, app.get(Metrics, { strict: false }));
      await api.configure?.(app);
    }
    stopOnSignals(app, env, log, { tracing, leaving });
    const url = await (api ? listen(app, api.port, env.HOST) : app.init().then(() => undefined));
    log.info({ url, health: await serveHealth(app, env, log) }, 'started');
  } catch (err) {
    log.fatal({ err }, `cannot start: ${sayableText(err)}`);
    process.exit(1);
  }
}

const createApp = (
  module: Type | DynamicModule,
  log: Logger,
  adapter = new FastifyAdapter(),
): Promise<NestFastifyApplication> =>
  NestFactory.create(module, adapter, { logger: new NestLogger(log), abortOnError: false });

/** @returns the address. */
async function listen(app: NestFastifyApplication, port: number, host: string): Promise<string> {
  await app.listen(port, host);
  return app.getUrl();
}

/** Last, so that nothing is said to be ready before it listens. */
async function serveHealth(
  app: NestFastifyApplication,
  env: PlatformEnv,
  log: Logger,
): Promise<string> {
  const checks = app.get(HealthChecks, { strict: false });
  const metrics = app.get(Metrics, { strict: false });
  const health = await createApp(HealthModule.of(checks, metrics), log);
  return listen(health, env.HTTP_PORT, env.HOST);
}

function stopOnSignals(
  app: NestFastifyApplication,
  env: PlatformEnv,
  log: Logger,
  { tracing, leaving }: { tracing: Tracing; leaving?: Leaving },
): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    const began = performance.now();
    log.info({ signal }, 'stopping');
    setTimeout(() => exit(log, 1, 'did not stop in time'), env.SHUTDOWN_MS).unref();
    setTimeout(
      () => app.getHttpServer().closeAllConnections(),
      env.SHUTDOWN_MS * REQUESTS_UNTIL,
    ).unref();
    try {
      app.get(HealthChecks, { strict: false }).leave();
      // Before anything else closes: handlers still use what the application holds.
      await Promise.all([
        app.get(Drain, { strict: false }).run(env.SHUTDOWN_MS * JOBS_UNTIL),
        leaving?.run(env.SHUTDOWN_MS * LEAVING_UNTIL),
      ]);
      await app.close();
      await tracing.end(began + env.SHUTDOWN_MS * TRACES_UNTIL - performance.now());
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
