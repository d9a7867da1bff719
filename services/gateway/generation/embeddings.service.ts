// Prompts as vectors: asked of inference, counted, and written as the client wants them.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Embedding__Output } from '#contracts/generated/lethe/inference/v1/Embedding.js';
import type { EmbedRequest } from '#contracts/generated/lethe/inference/v1/EmbedRequest.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ENV, type Env } from '../env.js';
import { hangUpSignal } from '../http/hang-up.js';
import { ModelsService } from '../models/models.service.js';
import { Rates } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import type { EmbeddingList, EmbeddingsRequest } from './embeddings-request.js';
import { promptEstimate } from './estimates.js';
import { promptsOf } from './prompt-field.js';
import { refusalOf } from './refusal.js';
import { TokenCount } from './token-count.js';
import { toBase64, unit } from './vector.js';

@Injectable()
export class EmbeddingsService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly rates: Rates,
    private readonly count: TokenCount,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the call to inference as soon as the client hangs up. */
  async answer(scope: Scope, body: EmbeddingsRequest, reply: FastifyReply): Promise<void> {
    const signal = hangUpSignal(reply);
    const model = await this.models.resolve(scope, body.model);
    const prompts = promptsOf(body.input);
    const estimate = prompts.reduce((sum, prompt) => sum + promptEstimate(prompt), 0);
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    let tokens = 0;
    let embeddings: readonly Embedding__Output[] = [];
    try {
      const { pooling, dimensions } = body;
      embeddings = await this.ask(
        scope.tenant.id,
        { model, prompts, pooling: pooling ?? 'mean', dimensions: dimensions ?? 0 },
        signal,
      );
      tokens = embeddings.reduce((sum, one) => sum + one.tokens, 0);
    } finally {
      const used = { prompt_tokens: tokens, completion_tokens: 0 };
      await this.count.settle(scope.tenant.id, reservation, used);
    }
    await reply.send(listOf(body, embeddings, tokens));
  }

  private async ask(
    tenantId: string,
    request: EmbedRequest,
    signal: AbortSignal,
  ): Promise<readonly Embedding__Output[]> {
    try {
      const limits = { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS };
      return (await this.inference.embed(tenantId, request, limits)).embeddings;
    } catch (error) {
      throw refusalOf(error, { prompt: 'input' });
    }
  }
}

function listOf(
  { model, encoding_format, normalize }: EmbeddingsRequest,
  embeddings: readonly Embedding__Output[],
  tokens: number,
): EmbeddingList {
  const data = embeddings.map(({ values }, index) => {
    const vector = (normalize ?? true) ? unit(values) : values;
    const embedding = encoding_format === 'base64' ? toBase64(vector) : vector;
    return { object: 'embedding' as const, index, embedding };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}
