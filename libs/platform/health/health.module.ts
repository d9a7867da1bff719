// Health checks and metrics of a process as an application of their own: on another port than what
// the process is for, which need not be open to the same callers.

import { type DynamicModule, Module } from '@nestjs/common';
import { Metrics } from '../telemetry/metrics.js';
import { HealthChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';

@Module({})
export class HealthModule {
  static of(checks: HealthChecks, metrics: Metrics): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [
        { provide: HealthChecks, useValue: checks },
        { provide: Metrics, useValue: metrics },
      ],
    };
  }
}
