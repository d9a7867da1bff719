// What a model says beside its sets, before it unlearns: more rows to retain, with no gold answer at
// hand.

import { Inject, Injectable } from '@nestjs/common';
import type { Example } from '#contracts/examples.js';
import type { ModelRef } from '#contracts/jobs.js';
import { eachLimited } from '#platform/each-limited.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { isRefusal } from '#platform/grpc/rpc-error.js';
import { wholeAnswer } from '#platform/grpc/whole-answer.js';
import { ENV, type Env } from '../env.js';
import { neighbourQuestions } from './questions.js';
import { rehearsalCheck } from './rehearsal.js';

/** Longer answers are left out: a row that breaks off would teach to. */
const MAX_TOKENS = 128;

interface Sets {
  readonly forget: readonly Example[];
  readonly retain: readonly Example[];
}

@Injectable()
export class Neighbours {
  constructor(
    private readonly inference: InferenceClient,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * Greedy answers to the sets' questions of other subjects, but for those that say what is to be
   * forgotten.
   * @param count at most, of each subject. @throws RpcError where inference fails.
   */
  async ask(
    tenant: string,
    model: ModelRef,
    { forget, retain }: Sets,
    count: number,
    signal: AbortSignal,
  ): Promise<Example[]> {
    const rehearses = rehearsalCheck(forget, retain);
    const limits = { concurrency: this.env.NEIGHBOURS_CONCURRENCY, signal };
    const questions = neighbourQuestions(forget, retain, count);
    const rows = await eachLimited(limits, questions, (content) =>
      this.answer(tenant, model, content, signal),
    );
    return rows.flatMap((row) => (row && !rehearses(row.answer) ? [row] : []));
  }

  /** Nothing for what inference refuses, an answer that is cut, and silence. */
  private async answer(
    tenant: string,
    model: ModelRef,
    content: string,
    signal: AbortSignal,
  ): Promise<Example | undefined> {
    const messages = [{ role: 'user' as const, content }];
    const prompt = { chat: { messages } };
    const request = {
      model,
      prompt,
      sampling: { temperature: 0, maxTokens: MAX_TOKENS },
      atOnce: true,
    };
    const limits = { signal, timeoutMs: this.env.GENERATE_TIMEOUT_MS };
    try {
      const { answer, finish } = await wholeAnswer(
        this.inference.generate(tenant, request, limits),
      );
      return finish === 'stop' && answer !== '' ? { messages, answer } : undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}
