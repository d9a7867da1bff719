// /health and /ping: it can work. /version: which release it is. For clients that know vLLM's server.

import { Controller, Get, HttpCode, ServiceUnavailableException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthChecks } from '#platform/health/health-checks.js';
import { readRelease } from '#platform/release.js';
import { UNTRACED } from '#platform/telemetry/http-spans.js';

const { version } = readRelease();

@ApiTags('server')
@Controller()
export class ServerController {
  /** Under way: anyone may ask, so that all who ask meanwhile share it. */
  private asked: Promise<boolean> | undefined;

  constructor(private readonly checks: HealthChecks) {}

  /** What is wrong is the operator's to know, at /readyz of the inner port. */
  @Get(['health', 'ping'])
  @RouteConfig(UNTRACED)
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether it can work: 200 or 503' })
  async health(): Promise<void> {
    this.asked ??= this.isReady();
    if (!(await this.asked)) throw new ServiceUnavailableException();
  }

  @Get('version')
  @ApiOperation({ summary: 'The release' })
  version(): { version: string } {
    return { version };
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await this.checks.run()).ready;
    } finally {
      this.asked = undefined;
    }
  }
}
