// /v1/chat/completions and /v1/completions.

import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { first } from '#collections/items.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { type ChatRequest, chatSchema, toMessages } from './chat-request.js';
import { type CompletionRequest, completionSchema, promptsOf } from './completion-request.js';
import {
  chatCompletionSchema,
  chatShape,
  textCompletionSchema,
  textShape,
} from './completion-shape.js';
import { EchoService } from './echo.service.js';
import { GenerationService } from './generation.service.js';
import { samplingOf } from './sampling.js';

/**
 * Where the request says nothing: chat goes on to the end of the context (0, to inference), text
 * for OpenAI's default of 16.
 */
const chatTokens = 0;
const textTokens = 16;

@ApiTags('completions')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller('v1')
export class GenerationController {
  constructor(
    private readonly generation: GenerationService,
    private readonly echoes: EchoService,
  ) {}

  @Post('chat/completions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer a conversation; with `stream` as server-sent events' })
  @ApiOkResponse({ standardSchema: chatCompletionSchema })
  async chat(
    @CurrentScope() scope: Scope,
    @Body({ schema: chatSchema }) body: ChatRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = {
      model: body.model,
      prompt: { chat: { messages: toMessages(body) } },
      sampling: samplingOf(body, body.max_completion_tokens ?? body.max_tokens ?? chatTokens),
      shape: chatShape(body.model),
      stream: body.stream ?? false,
      includeUsage: body.stream_options?.include_usage ?? false,
    };
    await this.generation.answer(scope, wanted, reply);
  }

  @Post('completions')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Continue a text; with `stream` as server-sent events, with `echo` scored',
  })
  @ApiOkResponse({ standardSchema: textCompletionSchema })
  async complete(
    @CurrentScope() scope: Scope,
    @Body({ schema: completionSchema }) body: CompletionRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const prompts = promptsOf(body.prompt);
    if (body.echo) {
      await this.echoes.answer(scope, { model: body.model, prompts }, reply);
      return;
    }
    const wanted = {
      model: body.model,
      prompt: first(prompts),
      sampling: samplingOf(body, body.max_tokens ?? textTokens),
      shape: textShape(body.model),
      stream: body.stream ?? false,
      includeUsage: body.stream_options?.include_usage ?? false,
    };
    await this.generation.answer(scope, wanted, reply);
  }
}
