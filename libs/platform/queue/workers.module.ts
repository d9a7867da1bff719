// Gives each queue of a service its handler, from the service's providers.

import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { JobName } from '#contracts/jobs.js';
import type { PlatformEnv } from '../config/platform-env.js';
import { HealthChecks } from '../health/health-checks.js';
import { PLATFORM_ENV } from '../tokens.js';
import type { JobHandler } from './job-context.js';
import { QueueWorkers } from './queue-workers.js';

/**
 * Queues to the classes that handle them; a class that handles another queue's payload does not
 * compile.
 */
export type Handlers = { readonly [N in JobName]?: Type<JobHandler<N>> };

const HANDLERS = Symbol('HANDLERS');
/** Share of the shutdown time that running jobs get; the rest is for everything after them. */
const DRAIN_SHARE = 0.8;

@Module({})
export class WorkersModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly modules: ModuleRef,
    private readonly workers: QueueWorkers,
    @Inject(HANDLERS) private readonly handlers: Handlers,
    @Inject(PLATFORM_ENV) private readonly env: PlatformEnv,
    private readonly checks: HealthChecks,
  ) {}

  /** The classes must be providers of some module of the application. */
  static register(handlers: Handlers): DynamicModule {
    return { module: WorkersModule, providers: [{ provide: HANDLERS, useValue: handlers }] };
  }

  onApplicationBootstrap(): void {
    for (const [name, type] of Object.entries(this.handlers)) {
      this.workers.register(
        name as JobName,
        this.modules.get<JobHandler<JobName>>(type as Type<JobHandler<JobName>>, { strict: false }),
      );
    }
    this.workers.start();
    this.checks.add('jobs', () => this.workers.check());
  }

  async onModuleDestroy(): Promise<void> {
    await this.workers.stop(this.env.SHUTDOWN_MS * DRAIN_SHARE);
  }
}
