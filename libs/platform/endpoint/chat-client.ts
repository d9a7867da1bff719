// Asks a model behind an OpenAI-compatible endpoint: bounded concurrency, time limits, retries.

import { setTimeout as sleep } from 'node:timers/promises';
import type OpenAI from 'openai';
import pLimit, { type LimitFunction } from 'p-limit';
import type { z } from 'zod';
import { last } from '#collections/items.js';
import type { ChatOptions } from './chat-options.js';
import { withDeadline } from './deadline.js';
import { EndpointError } from './endpoint.error.js';
import { failedRequest, type FailedRequest } from './failed-request.js';
import { openClient } from './open-client.js';
import { jsonIn, textOf } from './reply.js';
import { decideRetry } from './retry.js';
import { untilAborted } from './until-aborted.js';

export interface Question {
  readonly system: string;
  readonly user: string;
  readonly temperature: number;
}

export class ChatClient {
  readonly model: string;
  readonly concurrency: number;
  private readonly client: OpenAI;
  private readonly limit: LimitFunction;

  constructor(private readonly options: ChatOptions) {
    this.model = options.model;
    this.concurrency = options.concurrency;
    this.client = openClient(options);
    this.limit = pLimit(options.concurrency);
  }

  /**
   * The JSON in the model's reply.
   * @throws EndpointError once the retries are used up, at once for a refusal; the signal's reason
   * as soon as it aborts.
   */
  ask<T>(question: Question, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    return untilAborted(signal, () =>
      this.limit(() => this.askUntilUsable(question, schema, signal)),
    );
  }

  private async askUntilUsable<T>(
    question: Question,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { settings, retries, backoffMs = 500 } = this.options;
    const failures: FailedRequest[] = [];
    for (;;) {
      signal?.throwIfAborted();
      const result = await this.request(question, schema, signal);
      if ('reply' in result) return result.reply;
      failures.push(result);
      const timing = { backoffMs, now: Date.now(), random: Math.random() };
      const decision = decideRetry({ failures, retries, ...timing });
      if (decision.kind === 'fail') throw endpointError(settings, failures);
      await sleep(decision.delay, undefined, { signal });
    }
  }

  private async request<T>(
    { system, user, temperature }: Question,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ reply: T } | FailedRequest> {
    const body = {
      model: this.model,
      temperature,
      messages: [
        { role: 'system' as const, content: system },
        { role: 'user' as const, content: user },
      ],
    };
    try {
      const completion = await withDeadline(this.options.timeoutMs, signal, (within) =>
        this.client.chat.completions.create(body, { signal: within }),
      );
      const reply = jsonIn(textOf(completion) ?? '', schema);
      return reply === undefined ? { problem: 'unusable' } : { reply };
    } catch (error) {
      return failedRequest(error);
    }
  }
}

function endpointError(settings: string, failures: readonly FailedRequest[]): EndpointError {
  const { problem, status, code } = last(failures);
  return new EndpointError(settings, { problem, status, code, requests: failures.length });
}
