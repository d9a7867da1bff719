// /v1/responses.

import { Body, Controller, HttpCode, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentScope, type Scope } from '../../tenants/scope.js';
import { TenantGuard } from '../../tenants/tenant.guard.js';
import { GenerationService } from '../generation.service.js';
import { ImagesService } from '../images/images.service.js';
import { checkShowable } from '../images/unshowable.js';
import { checkPathModel } from '../path-model.js';
import { askedImages } from './response-input.js';
import { type ResponseRequest, responseSchema } from './response-request.js';
import { responseObjectSchema } from './response-shape.js';
import { unshowableResponse, wantedOf } from './response-wanted.js';

@ApiTags('responses')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller(['v1', 'm/:model/v1'])
export class ResponsesController {
  constructor(
    private readonly generation: GenerationService,
    private readonly images: ImagesService,
  ) {}

  @Post('responses')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer a conversation; with `stream` as server-sent events' })
  @ApiOkResponse({ standardSchema: responseObjectSchema })
  async respond(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: responseSchema }) body: ResponseRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    checkPathModel(named, body);
    const images = askedImages(body.input);
    checkShowable(images, unshowableResponse(body));
    const shown = await this.images.open(scope, images);
    await this.generation.answer(scope, wantedOf(body, shown), reply);
  }
}
