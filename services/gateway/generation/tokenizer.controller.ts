// /tokenize, /detokenize and /tokenizer_info, as vLLM has them; below /m/<model> for clients that
// send no model's name, such as lm-evaluation-harness.

import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { first } from '#collections/items.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ApiError } from '../http/api.error.js';
import { ModelsService } from '../models/models.service.js';
import { CurrentScope, type Scope } from '../tenants/scope.js';
import { TenantGuard } from '../tenants/tenant.guard.js';
import { askedImages, toMessages } from './chat-request.js';
import { ImagesService } from './images/images.service.js';
import { refusalOf } from './refusal.js';
import { byText } from './token-name.js';
import {
  type DetokenizeBody,
  type Detokenized,
  detokenizedSchema,
  detokenizeSchema,
  type TokenizeBody,
  type Tokenized,
  tokenizedSchema,
  tokenizeSchema,
  type TokenizerInfo,
  tokenizerInfoSchema,
} from './tokenize-request.js';

interface Asked {
  /** The request's, that has the prompt. */
  readonly field: string;
  readonly prompt: Prompt;
  readonly bare?: boolean;
  /** Fields that have its pictures. */
  readonly imageFields?: readonly string[];
}

@ApiTags('tokens')
@ApiBearerAuth('tenant')
@UseGuards(TenantGuard)
@Controller(['', 'm/:model'])
export class TokenizerController {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly images: ImagesService,
  ) {}

  @Post('tokenize')
  @HttpCode(200)
  @ApiOperation({ summary: 'A text or a conversation as token ids' })
  @ApiOkResponse({ standardSchema: tokenizedSchema })
  async tokenize(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: tokenizeSchema }) body: TokenizeBody,
  ): Promise<Tokenized> {
    const asked = await this.asked(scope, body);
    const bare = !(body.add_special_tokens ?? true);
    const model = named ?? body.model;
    const { contextLength, ids, tokens } = await this.ask(scope, model, { ...asked, bare });
    return {
      count: ids.length,
      max_model_len: contextLength,
      tokens: ids,
      token_strs: body.return_token_strs
        ? tokens.map((text, i) => byText({ id: ids[i] ?? 0, text }))
        : null,
    };
  }

  @Post('detokenize')
  @HttpCode(200)
  @ApiOperation({ summary: 'The text that token ids spell, control tokens included' })
  @ApiOkResponse({ standardSchema: detokenizedSchema })
  async detokenize(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Body({ schema: detokenizeSchema }) body: DetokenizeBody,
  ): Promise<Detokenized> {
    const asked = { field: 'tokens', prompt: { ids: { ids: body.tokens } } };
    return { prompt: (await this.ask(scope, named ?? body.model, asked)).text };
  }

  @Get('tokenizer_info')
  @ApiOperation({ summary: "A model's chat template, and its special tokens by their names" })
  @ApiOkResponse({ standardSchema: tokenizerInfoSchema })
  async info(
    @CurrentScope() scope: Scope,
    @Param('model') named: string | undefined,
    @Query('model') asked: string | undefined,
  ): Promise<TokenizerInfo> {
    const { tokenizer } = await this.ask(scope, named ?? asked);
    return {
      ...tokenizer?.specialTokens,
      chat_template: tokenizer?.chatTemplate || null,
    };
  }

  private async asked(scope: Scope, { prompt, messages }: TokenizeBody): Promise<Asked> {
    if (!messages) return { field: 'prompt', prompt: { text: prompt ?? '' } };
    const shown = await this.images.open(scope, askedImages({ messages }));
    return {
      field: 'messages',
      prompt: { chat: { messages: toMessages({ messages }, shown) } },
      imageFields: [...shown.keys()],
    };
  }

  private async ask(
    scope: Scope,
    model: string | undefined,
    { field, prompt, bare = false, imageFields = [] }: Asked = {
      field: 'model',
      prompt: { text: ' ' },
    },
  ) {
    if (!model) throw ApiError.invalid('model: must name a model', 'model');
    const { base } = await this.models.resolveKnown(scope, model, 'model');
    const request = { base: base.name, prompts: [prompt], bare };
    try {
      const { texts, tokenizer } = await this.inference.tokenize(scope.tenant.id, request);
      return { ...first(texts), tokenizer, contextLength: base.contextLength };
    } catch (error) {
      throw refusalOf(error, { prompt: field, images: { model, fields: imageFields } });
    }
  }
}
