// /healthz: the process lives. /readyz: it can work. /metrics: for Prometheus.

import { Controller, Get, Header, HttpCode, ServiceUnavailableException } from '@nestjs/common';
import { Metrics } from '../telemetry/metrics.js';
import { HealthChecks } from './health-checks.js';

@Controller()
export class HealthController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  healthz(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @HttpCode(200)
  async readyz(): Promise<{ status: 'ok'; checks: Record<string, string> }> {
    const { ready, checks } = await this.checks.run();
    if (!ready) throw new ServiceUnavailableException({ status: 'not ready', checks });
    return { status: 'ok', checks };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
