// /health and /ping: it can work. /version: which release it is. For clients that know vLLM's server.

import { Controller, Get, HttpCode, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthChecks } from '#platform/health/health-checks.js';
import { readRelease } from '#platform/release.js';

const { version } = readRelease();

@ApiTags('server')
@Controller()
export class ServerController {
  constructor(private readonly checks: HealthChecks) {}

  /** What is wrong is the operator's to know, at /readyz of the inner port. */
  @Get(['health', 'ping'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether it can work: 200 or 503' })
  async health(): Promise<void> {
    const { ready } = await this.checks.run();
    if (!ready) throw new ServiceUnavailableException();
  }

  @Get('version')
  @ApiOperation({ summary: 'The release' })
  version(): { version: string } {
    return { version };
  }
}
