// Runs the gRPC server as long as the application.

import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { CertificateFiles } from '#platform/grpc/certificate-files.js';
import { ClaimVerifier } from '#platform/grpc/claim-verifier.js';
import { type RunningServer, startInferenceServer } from '#platform/grpc/inference-server.js';
import type { HealthChecks } from '#platform/health/health-checks.js';
import type { Logger } from '#platform/log/logger.js';
import type { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import type { Env } from './env.js';
import type { Handlers } from './inference.handlers.js';
import type { ModelCatalog } from './model-catalog.js';
import type { Models } from './models.js';

/** Calls at work get this share of the time to stop; the rest is for closing models. */
const DRAIN_SHARE = 0.7;

export class InferenceServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: RunningServer | undefined;

  constructor(
    private readonly env: Env,
    private readonly handlers: Handlers,
    private readonly models: Models,
    private readonly log: Logger,
    private readonly metrics: GrpcMetrics,
    checks: HealthChecks,
    catalog: ModelCatalog,
  ) {
    checks.add('models', () => catalog.check());
    checks.add('grpc', async () => void this.port);
  }

  /** Of the gRPC server, once the application has started. */
  get port(): number {
    if (!this.server) throw new Error('the gRPC server has not started');
    return this.server.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { env, handlers, log, metrics } = this;
    this.server = await startInferenceServer({
      host: env.HOST,
      port: env.GRPC_PORT,
      log,
      handlers,
      metrics,
      certificates: new CertificateFiles(env, log),
      claims: ClaimVerifier.open(env.CLAIM_PUBLIC_KEYS),
    });
    log.info({ port: this.port }, 'gRPC server started');
  }

  async beforeApplicationShutdown(): Promise<void> {
    // A server that leaves cannot be asked to forget any more.
    const kept = this.models.keepNothing();
    await this.server?.drain(this.env.SHUTDOWN_MS * DRAIN_SHARE);
    await kept;
    await this.models.close();
  }
}
