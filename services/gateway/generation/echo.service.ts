// Scores the prompts of a completion: how likely the model finds each of their tokens.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { zip } from '#collections/zip.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ENV, type Env } from '../env.js';
import { hangUpSignal } from '../http/hang-up.js';
import { ModelsService } from '../models/models.service.js';
import { Rates } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import { echoOf, type Usage } from './completion-shape.js';
import { continuedEcho, type Echo, scoredEcho } from './echo.js';
import { promptEstimate } from './estimates.js';
import { promptLogprobs } from './prompt-logprobs.js';
import type { ReadPrompt } from './read-prompt.js';
import { refusalOf } from './refusal.js';
import { usageOf } from './spent.js';
import { TokenCount } from './token-count.js';
import type { Naming } from './token-name.js';
import type { Under } from './wanted.js';

export interface EchoWanted {
  readonly model: string;
  readonly prompts: readonly Prompt[];
  /** How many of the likeliest tokens are told in each place. */
  readonly logProbs: number;
  readonly name: Naming;
}

@Injectable()
export class EchoService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly rates: Rates,
    private readonly count: TokenCount,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the call to inference as soon as the client hangs up. */
  async answer(
    scope: Scope,
    { model, prompts, logProbs, name }: EchoWanted,
    reply: FastifyReply,
  ): Promise<void> {
    const signal = hangUpSignal(reply);
    const resolved = await this.models.resolve(scope, model);
    const estimate = prompts.reduce((sum, prompt) => sum + promptEstimate(prompt) + 1, 0);
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    let echoes: Required<Echo>[] = [];
    try {
      const scores = await this.score(scope, { model: resolved, prompts, logProbs, signal });
      echoes = scores.map((score) => continuedEcho(score, name));
    } catch (error) {
      throw refusalOf(error, { prompt: 'prompt' });
    } finally {
      await this.count.settle(scope.tenant.id, reservation, usageOfEach(echoes));
    }
    await reply.send(echoOf(model, echoes, usageOfEach(echoes)));
  }

  /** The prompts of a request, in their order. */
  async of({ scope, model, wanted, signal }: Under): Promise<ReadPrompt[]> {
    const { prompts, echo, logProbs, promptLogProbs: count, name } = wanted;
    const most = Math.max(count ?? -1, echo ? (logProbs ?? -1) : -1);
    if (most >= 0) {
      const scores = await this.score(scope, { model, prompts, logProbs: most, signal });
      return scores.map((score) => ({
        ...(echo ? { echo: scoredEcho(score, name, logProbs) } : {}),
        ...(count === undefined ? {} : { logprobs: promptLogprobs(score, count) }),
      }));
    }
    if (!echo) return [];
    const { texts } = await this.inference.tokenize(
      scope.tenant.id,
      { base: model.base, prompts: [...prompts] },
      { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS },
    );
    return zip(prompts, texts).map(([prompt, { text, ids }]) => ({
      echo: { text: prompt.text ?? text, tokens: ids.length },
    }));
  }

  private async score(
    scope: Scope,
    {
      model,
      prompts,
      logProbs: likeliest,
      signal,
    }: Pick<Under, 'model' | 'signal'> & Omit<EchoWanted, 'model' | 'name'>,
  ): Promise<CompletionScore__Output[]> {
    const items = prompts.map((prompt) => ({ prompt }));
    const { scores } = await this.inference.score(
      scope.tenant.id,
      { model, items, whole: true, likeliest },
      { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS },
    );
    return scores;
  }
}

/** Each has one token after its prompt's. */
const usageOfEach = (echoes: readonly Echo[]): Usage =>
  usageOf(
    echoes.reduce((sum, { tokens }) => sum + tokens, 0),
    echoes.length,
  );
