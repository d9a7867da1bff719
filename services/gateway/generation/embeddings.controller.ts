// /v1/embeddings.

import { Body, Controller, HttpCode, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import {
  embeddingListSchema,
  type EmbeddingsRequest,
  embeddingsSchema,
} from './embeddings-request.js';
import { EmbeddingsService } from './embeddings.service.js';
import { checkPathModel } from './path-model.js';

@ApiTags('embeddings')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller(['v1', 'm/:model/v1'])
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingsService) {}

  @Post('embeddings')
  @HttpCode(200)
  @ApiOperation({ summary: "Texts as vectors: a model's last states, as one" })
  @ApiOkResponse({ standardSchema: embeddingListSchema })
  async embed(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: embeddingsSchema }) body: EmbeddingsRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    checkPathModel(named, body);
    await this.embeddings.answer(scope, body, reply);
  }
}
