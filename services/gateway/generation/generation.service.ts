// Answers a completion: one gRPC stream in, one JSON object or one event stream out.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { ENV, type Env } from '../env.js';
import { endOfStream, sendEvents, type ServerEvent } from '../http/event-stream.js';
import { hangUpSignal } from '../http/hang-up.js';
import { toApiError } from '../http/to-api-error.js';
import { ModelsService } from '../models/models.service.js';
import { Rates, type Reservation } from '../quotas/rates.js';
import type { Scope } from '../tenants/scope.js';
import { UsageMeter } from '../usage/usage-meter.js';
import type { CompletionShape, Usage } from './completion-shape.js';
import { toDecodingUsage } from './decoding.js';
import { callEstimate, metered, type Tokens } from './metered.js';

export interface Wanted {
  model: string;
  prompt: Prompt;
  sampling: Sampling;
  shape: CompletionShape;
  stream: boolean;
  includeUsage: boolean;
}

@Injectable()
export class GenerationService {
  constructor(
    private readonly inference: InferenceClient,
    private readonly models: ModelsService,
    private readonly rates: Rates,
    private readonly meter: UsageMeter,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Ends the call to inference as soon as the client hangs up. */
  async answer(scope: Scope, wanted: Wanted, reply: FastifyReply): Promise<void> {
    const signal = hangUpSignal(reply);
    const model = await this.models.resolve(scope, wanted.model);
    const { prompt, sampling } = wanted;
    const estimate = callEstimate(prompt, sampling.maxTokens ?? 0);
    const reservation = await this.rates.takeTokens(scope, estimate, reply);
    const answered = this.inference.generate(
      scope.tenant.id,
      { model, prompt, sampling },
      { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS },
    );
    const chunks = metered(answered, prompt, (used) =>
      this.count(scope.tenant.id, reservation, used),
    );
    if (!wanted.stream) return void (await reply.send(await whole(chunks, wanted.shape)));
    const iterator = chunks[Symbol.asyncIterator]();
    // A refusal has a status of its own only while no header is sent: the first chunk decides.
    const first = await iterator.next();
    await sendEvents(reply, stream(first, iterator, wanted));
  }

  private async count(
    tenantId: string,
    reservation: Reservation,
    { prompt, completion }: Tokens,
  ): Promise<void> {
    this.meter.add(tenantId, 'prompt_tokens', prompt);
    this.meter.add(tenantId, 'completion_tokens', completion);
    await reservation.settle(prompt + completion);
  }
}

async function whole(
  chunks: AsyncIterable<GenerateChunk__Output>,
  shape: CompletionShape,
): Promise<object> {
  let text = '';
  let last: GenerateChunk__Output | undefined;
  for await (const chunk of chunks) {
    text += chunk.text;
    last = chunk;
  }
  return shape.whole(text, last?.finishReason || 'stop', toUsage(last));
}

async function* stream(
  first: IteratorResult<GenerateChunk__Output>,
  rest: AsyncIterator<GenerateChunk__Output>,
  { shape, includeUsage }: Wanted,
): AsyncGenerator<ServerEvent> {
  try {
    if (shape.opening) yield { data: shape.opening };
    let usage: Usage | undefined;
    for (let next = first; !next.done; next = await rest.next()) {
      const { text, finishReason } = next.value;
      if (next.value.usage) usage = toUsage(next.value);
      if (text !== '' || finishReason !== '')
        yield { data: shape.piece(text, finishReason || null) };
    }
    if (includeUsage && usage) yield { data: shape.usage(usage) };
    yield endOfStream;
  } catch (error) {
    // Too late for a status: OpenAI's clients raise an error for an event that carries one.
    yield { data: toApiError(error).body };
  } finally {
    await rest.return?.();
  }
}

function toUsage(chunk: GenerateChunk__Output | undefined): Usage {
  const prompt = chunk?.usage?.promptTokens ?? 0;
  const completion = chunk?.usage?.completionTokens ?? 0;
  const decoding = chunk?.usage?.decoding;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(decoding ? { decoding: toDecodingUsage(decoding) } : {}),
  };
}
