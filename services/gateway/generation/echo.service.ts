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
import { Rates, type Reservation } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { echoOf, type Logprobs, type Usage } from './completion-shape.js';
import { promptEstimate } from './metered.js';

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
    private readonly meter: UsageMeter,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the call to inference as soon as the client hangs up. */
  async answer(scope: Scope, { model, prompts }: EchoWanted, reply: FastifyReply): Promise<void> {
    const signal = hangUpSignal(reply);
    const resolved = await this.models.resolve(scope, model);
    const estimate = prompts.reduce((sum, prompt) => sum + promptEstimate(prompt) + 1, 0);
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    let choices: Logprobs[] = [];
    try {
      const { scores } = await this.inference.score(
        scope.tenant.id,
        { model: resolved, items: prompts.map((prompt) => ({ prompt })), whole: true },
        { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS },
      );
      choices = scores.map(logprobsOf);
    } finally {
      await this.count(scope.tenant.id, reservation, usageOf(choices));
    }
    await reply.send(echoOf(model, choices, usageOf(choices)));
  }

  private async count(tenantId: string, reservation: Reservation, used: Usage): Promise<void> {
    this.meter.add(tenantId, 'prompt_tokens', used.prompt_tokens);
    this.meter.add(tenantId, 'completion_tokens', used.completion_tokens);
    await reservation.settle(used.total_tokens);
  }
}

/** Each has one token after its prompt's. */
function usageOf(choices: readonly Logprobs[]): Usage {
  const total = choices.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: total - choices.length,
    completion_tokens: choices.length,
    total_tokens: total,
  };
}

/** Of the prompt's tokens and of the one that the model would go on with. */
function logprobsOf({ tokenLogProbs, greedy, spelling }: CompletionScore__Output): Logprobs {
  const { tokens = [], best = [], bestLogProbs = [] } = spelling ?? {};
  const all = [...tokens, ...best.slice(-1)];
  const given = [...tokenLogProbs, ...bestLogProbs.slice(-1)];
  const isBest = [...greedy, true];
  const tops = zip(all.slice(1), given, isBest, best, bestLogProbs).map(
    ([token, logProb, isLikeliest, other, ofOther]): Record<string, number> =>
      // A label's logit is summed in another order than the others: of one token there is one number.
      isLikeliest ? { [token]: logProb } : { [token]: logProb, [other]: ofOther },
  );
  let offset = 0;
  return {
    tokens: all,
    token_logprobs: [null, ...given],
    top_logprobs: [null, ...tops],
    text_offset: all.map((token) => {
      const at = offset;
      offset += token.length;
      return at;
    }),
  };
}
