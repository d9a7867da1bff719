// Scores the prompts of a completion: how likely the model finds each of their tokens.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { zip } from '#collections/zip.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ENV, type Env } from '../env.js';
import { hangUpSignal } from '../http/hang-up.js';
import { ModelsService } from '../models/models.service.js';
import { Rates } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import { echoOf, type Usage } from './completion-shape.js';
import { continuedLogprobs, scoredEcho, type Echo } from './echo.js';
import { promptEstimate } from './estimates.js';
import type { TextLogprobs } from './logprobs.js';
import { usageOf } from './spent.js';
import { TokenCount } from './token-count.js';
import type { Under } from './wanted.js';

export interface EchoWanted {
  readonly model: string;
  readonly prompts: readonly Prompt[];
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
  async answer(scope: Scope, { model, prompts }: EchoWanted, reply: FastifyReply): Promise<void> {
    const signal = hangUpSignal(reply);
    const resolved = await this.models.resolve(scope, model);
    const estimate = prompts.reduce((sum, prompt) => sum + promptEstimate(prompt) + 1, 0);
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    let choices: TextLogprobs[] = [];
    try {
      const { scores } = await this.inference.score(
        scope.tenant.id,
        { model: resolved, items: prompts.map((prompt) => ({ prompt })), whole: true },
        { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS },
      );
      choices = scores.map(continuedLogprobs);
    } finally {
      await this.count.settle(scope.tenant.id, reservation, usageOfEach(choices));
    }
    await reply.send(echoOf(model, choices, usageOfEach(choices)));
  }

  /** The prompts of a request, in their order. */
  async of({ scope, model, wanted, signal }: Under): Promise<Echo[]> {
    const { prompts, logProbs } = wanted;
    const { id } = scope.tenant;
    const limits = { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS };
    if (logProbs !== undefined) {
      const items = prompts.map((prompt) => ({ prompt }));
      const { scores } = await this.inference.score(id, { model, items, whole: true }, limits);
      return scores.map(scoredEcho);
    }
    const { texts } = await this.inference.tokenize(
      id,
      { base: model.base, prompts: [...prompts] },
      limits,
    );
    return zip(prompts, texts).map(([prompt, { text, ids }]) => ({
      text: prompt.text ?? text,
      tokens: ids.length,
    }));
  }
}

/** Each has one token after its prompt's. */
function usageOfEach(choices: readonly TextLogprobs[]): Usage {
  const total = choices.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return usageOf(total - choices.length, choices.length);
}
