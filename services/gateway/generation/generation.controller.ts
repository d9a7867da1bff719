// /v1/chat/completions and /v1/completions.

import { Body, Controller, HttpCode, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import {
  askedImages,
  type ChatRequest,
  chatSchema,
  toConversation,
  ungroundableChat,
  unshowableChat,
} from './chat-request.js';
import { type CompletionRequest, completionSchema, isScored } from './completion-request.js';
import {
  chatCompletionSchema,
  chatShape,
  type Telling,
  textCompletionSchema,
  textShape,
} from './completion-shape.js';
import { EchoService } from './echo.service.js';
import { completionWriter } from './events.js';
import { formsOf } from './form-fields.js';
import { GenerationService } from './generation.service.js';
import { ImagesService } from './images/images.service.js';
import { checkShowable } from './images/unshowable.js';
import { checkPathModel } from './path-model.js';
import { promptsOf } from './prompt-field.js';
import { samplingOf, type SharedFields } from './sampling.js';
import { byId, byText, type Naming } from './token-name.js';
import { usageWanted } from './wanted.js';

/**
 * Where the request says nothing: chat goes on to the end of the context (0, to inference), text
 * for OpenAI's default of 16.
 */
const chatTokens = 0;
const textTokens = 16;

@ApiTags('completions')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller(['v1', 'm/:model/v1'])
export class GenerationController {
  constructor(
    private readonly generation: GenerationService,
    private readonly echoes: EchoService,
    private readonly images: ImagesService,
  ) {}

  @Post('chat/completions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer a conversation; with `stream` as server-sent events' })
  @ApiOkResponse({ standardSchema: chatCompletionSchema })
  async chat(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: chatSchema }) body: ChatRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    checkPathModel(named, body);
    const images = askedImages(body);
    checkShowable(images, unshowableChat(body));
    const shown = await this.images.open(scope, images);
    const made = body.n ?? 1;
    const telling = tellingOf(body, body.logprobs ?? false);
    await this.generation.answer(
      scope,
      {
        model: body.model,
        prompts: [{ chat: toConversation(body, shown) }],
        promptField: 'messages',
        imageFields: [...shown.keys()],
        form: formsOf(body)[0],
        sampling: samplingOf(body, body.max_completion_tokens ?? body.max_tokens ?? chatTokens),
        given: made,
        made,
        logProbs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
        hasIds: telling.hasIds,
        name: telling.name,
        promptLogProbs: body.prompt_logprobs ?? undefined,
        echo: false,
        continues: true,
        knowledge: body.knowledge ?? undefined,
        ungroundable: ungroundableChat(body),
        writer: completionWriter(chatShape(body.model, telling), usageWanted(body)),
        stream: body.stream ?? false,
        stays: body.failover === false,
      },
      reply,
    );
  }

  @Post('completions')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Continue a text; with `stream` as server-sent events, with `echo` scored',
  })
  @ApiOkResponse({ standardSchema: textCompletionSchema })
  async complete(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: completionSchema }) body: CompletionRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    checkPathModel(named, body);
    const prompts = promptsOf(body.prompt);
    if (isScored(body)) {
      const { model, logprobs } = body;
      const name = namingOf(body);
      await this.echoes.answer(scope, { model, prompts, logProbs: logprobs ?? 1, name }, reply);
      return;
    }
    const given = body.n ?? 1;
    const logProbs = body.logprobs ?? undefined;
    const telling = tellingOf(body, logProbs !== undefined);
    await this.generation.answer(
      scope,
      {
        model: body.model,
        prompts,
        promptField: 'prompt',
        imageFields: [],
        form: formsOf(body)[0],
        sampling: samplingOf(body, body.max_tokens ?? textTokens),
        given,
        made: body.use_beam_search ? given : (body.best_of ?? given),
        logProbs,
        hasIds: telling.hasIds,
        name: telling.name,
        promptLogProbs: body.prompt_logprobs ?? undefined,
        echo: body.echo ?? false,
        continues: body.max_tokens !== 0,
        knowledge: undefined,
        ungroundable: ['prompt', 'a model with a knowledge base is asked at /v1/chat/completions'],
        writer: completionWriter(textShape(body.model, telling), usageWanted(body)),
        stream: body.stream ?? false,
        stays: body.failover === false,
      },
      reply,
    );
  }
}

const tellingOf = (body: SharedFields, hasLogProbs: boolean): Telling => ({
  hasLogProbs,
  hasIds: body.return_token_ids ?? false,
  name: namingOf(body),
});

const namingOf = (body: SharedFields): Naming => (body.return_tokens_as_token_ids ? byId : byText);
