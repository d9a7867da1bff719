// A language model behind an OpenAI-compatible endpoint that is asked for JSON, and never twice for the
// same within a job.

import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ChatClient } from '#platform/endpoint/chat-client.js';
import { missingIfUnusable } from '#platform/endpoint/missing-if-unusable.js';
import { jsonIn } from '#platform/endpoint/reply.js';
import type { Prompt } from './prompts.js';
import type { ReplyStore } from './reply-store.js';

export class RememberedChat {
  readonly name: string;

  constructor(
    private readonly chat: ChatClient,
    private readonly replies?: ReplyStore,
  ) {
    this.name = `openai:${chat.model}`;
  }

  /**
   * @param round asks anew what another round has asked.
   * @returns undefined where no reply had the form asked for.
   */
  async ask<T>(
    prompt: Prompt,
    schema: z.ZodType<T>,
    temperature: number,
    { round, signal }: { round: number; signal?: AbortSignal | undefined },
  ): Promise<T | undefined> {
    const key = createHash('sha256')
      .update(JSON.stringify([this.name, prompt, round]))
      .digest('hex');
    const kept = await this.replies?.get(key);
    if (kept !== undefined) return jsonIn(kept, schema);
    const reply = await this.chat
      .ask({ ...prompt, temperature }, schema, signal)
      .catch(missingIfUnusable);
    if (reply !== undefined) await this.replies?.set(key, JSON.stringify(reply));
    return reply;
  }
}
