// What every service gets: log, metrics, health, artifacts. Global; by class, the logger by token.

import { Module, type DynamicModule } from '@nestjs/common';
import { ArtifactStore } from './artifacts/artifact-store.js';
import { EarlierArtifacts } from './artifacts/earlier-artifacts.js';
import { openArtifacts, type Artifacts } from './artifacts/open-artifacts.js';
import { SpaceKeeper } from './artifacts/space-keeper.js';
import type { PlatformEnv } from './config/platform-env.js';
import { Drain } from './drain.js';
import { HealthChecks } from './health/health-checks.js';
import { createLogger } from './log/logger.js';
import { Metrics } from './telemetry/metrics.js';
import { LOGGER, PLATFORM_ENV } from './tokens.js';

const ARTIFACTS = Symbol('artifacts');

export interface PlatformOptions {
  readonly service: string;
  readonly env: PlatformEnv;
}

@Module({})
export class PlatformModule {
  static forRoot({ service, env }: PlatformOptions): DynamicModule {
    const shared = [
      { provide: PLATFORM_ENV, useValue: env },
      { provide: LOGGER, useFactory: () => createLogger({ service, level: env.LOG_LEVEL }) },
      { provide: Metrics, useFactory: () => new Metrics(service) },
      { provide: HealthChecks, useFactory: () => new HealthChecks() },
      { provide: Drain, useFactory: () => new Drain() },
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
    ];
    return {
      module: PlatformModule,
      global: true,
      providers: shared,
      exports: shared.map(({ provide }) => provide),
    };
  }
}
