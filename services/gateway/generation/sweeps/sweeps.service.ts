// What DeCo would make of answers that are given: asked of inference row by row, and counted.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { item } from '#collections/items.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ENV, type Env } from '../../env.js';
import { hangUpSignal } from '../../http/hang-up.js';
import { ModelsService } from '../../models/models.service.js';
import { Rates } from '../../quotas/rates.js';
import type { Scope } from '../../tenants/scope.js';
import { askedImages, toMessages } from '../chat-request.js';
import { promptEstimate } from '../estimates.js';
import { ImagesService } from '../images/images.service.js';
import { usageOf } from '../spent.js';
import { TokenCount } from '../token-count.js';
import { sweepRefusal } from './sweep-refusal.js';
import type { SweepList, SweepRequest } from './sweep-request.js';
import { sweptRow } from './swept-row.js';

/** A row as inference is asked about it. */
interface AskedRow {
  readonly items: NonNullable<ScoreRequest['items']>;
  /** Fields that show pictures. */
  readonly imageFields: readonly string[];
}

@Injectable()
export class SweepsService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly images: ImagesService,
    private readonly rates: Rates,
    private readonly count: TokenCount,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the call to inference as soon as the client hangs up. */
  async answer(scope: Scope, body: SweepRequest, reply: FastifyReply): Promise<void> {
    const signal = hangUpSignal(reply);
    const model = await this.models.resolve(scope, body.model);
    const rows: AskedRow[] = [];
    for (const index of body.rows.keys()) rows.push(await this.asked(scope, body, index));
    const reservation = await this.rates.takeTokens(scope, estimateOf(rows), reply);
    const sweep = {
      settings: body.settings.map(({ layers: [from, to], alpha }) => ({
        layers: { from, to },
        alpha,
      })),
      topP: body.top_p,
      topK: body.top_k,
    };
    let usage = usageOf(0, 0);
    const data: SweepList['data'] = [];
    try {
      for (const [index, { items, imageFields }] of rows.entries()) {
        const limits = { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS };
        const { scores } = await this.inference
          .score(scope.tenant.id, { model, items, sweep }, limits)
          .catch((error) => {
            throw sweepRefusal(error, index, { model: body.model, fields: imageFields });
          });
        data.push(sweptRow(scores, index));
        usage = withRow(usage, scores);
      }
    } finally {
      await this.count.settle(scope.tenant.id, reservation, usage);
    }
    const { prompt_tokens, completion_tokens, total_tokens } = usage;
    const told = { prompt_tokens, completion_tokens, total_tokens };
    const list: SweepList = { object: 'list', model: body.model, data, usage: told };
    await reply.send(list);
  }

  private async asked(scope: Scope, { rows }: SweepRequest, index: number): Promise<AskedRow> {
    const { messages, answer, wrong = [] } = item(rows, index);
    const shows = askedImages({ messages });
    const at = (field: string): string => `rows.${index}.${field}`;
    const opened = await this.images.open(
      scope,
      shows.map((one) => ({ ...one, field: at(one.field) })),
    );
    const shown = new Map(
      shows.flatMap(({ field }) => {
        const image = opened.get(at(field));
        return image ? [[field, image] as const] : [];
      }),
    );
    const prompt = { chat: { messages: toMessages({ messages }, shown) } };
    return {
      items: [answer, ...wrong].map((completion) => ({ prompt, completion })),
      imageFields: [...opened.keys()],
    };
  }
}

const estimateOf = (rows: readonly AskedRow[]): number =>
  rows
    .flatMap(({ items }) => items)
    .reduce(
      (sum, { prompt, completion = '' }) =>
        sum + promptEstimate(prompt ?? {}) + Math.ceil(completion.length / 4),
      0,
    );

/** The prompt of a row is read once, whatever is said after it. */
function withRow(
  usage: ReturnType<typeof usageOf>,
  scores: readonly CompletionScore__Output[],
): ReturnType<typeof usageOf> {
  const prompt = scores[0]?.swept?.promptTokens ?? 0;
  const completion = scores.reduce((sum, { tokenLogProbs }) => sum + tokenLogProbs.length, 0);
  return usageOf(usage.prompt_tokens + prompt, usage.completion_tokens + completion);
}
