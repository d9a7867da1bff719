// /v1/decoding/sweeps.

import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentScope, type Scope } from '../../tenants/scope.js';
import { TenantGuard } from '../../tenants/tenant.guard.js';
import { sweepListSchema, type SweepRequest, sweepSchema } from './sweep-request.js';
import { SweepsService } from './sweeps.service.js';

@ApiTags('decoding')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1/decoding')
export class SweepsController {
  constructor(private readonly sweeps: SweepsService) {}

  @Post('sweeps')
  @HttpCode(200)
  @ApiOperation({ summary: 'What DeCo would make of given answers, by many settings' })
  @ApiOkResponse({ standardSchema: sweepListSchema })
  async sweep(
    @CurrentScope() scope: Scope,
    @Body({ schema: sweepSchema }) body: SweepRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.sweeps.answer(scope, body, reply);
  }
}
