// A language model behind an OpenAI-compatible endpoint as teacher.

import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ChatClient } from '#platform/endpoint/chat-client.js';
import { missingIfUnusable } from '#platform/endpoint/missing-if-unusable.js';
import { jsonIn } from '#platform/endpoint/reply.js';
import { askedBy, type Pair } from '../augment/pair.js';
import type { Attempt, Teacher, VariantKind } from '../augment/teacher.js';
import {
  answersPrompt,
  answersSchema,
  leaksPrompt,
  leaksSchema,
  variantsPrompt,
  variantsSchema,
  type Prompt,
} from './prompts.js';
import type { ReplyStore } from './reply-store.js';

/** Variety for what is written, none for judgement. */
const WRITING = 0.7;
const JUDGING = 0;

export class OpenAiTeacher implements Teacher {
  readonly name: string;

  constructor(
    private readonly chat: ChatClient,
    private readonly replies?: ReplyStore,
  ) {
    this.name = `openai:${chat.model}`;
  }

  async variants(
    pair: Pair,
    kinds: readonly VariantKind[],
    attempt: Attempt,
  ): Promise<Partial<Record<VariantKind, string>>> {
    const reply = await this.ask(
      variantsPrompt(pair, kinds),
      variantsSchema(kinds),
      WRITING,
      attempt,
    );
    return reply ?? {};
  }

  async answers(
    pair: Pair,
    questions: readonly string[],
    attempt: Attempt,
  ): Promise<(string | undefined)[]> {
    const reply = await this.ask(
      answersPrompt(pair, questions, attempt.round),
      answersSchema(questions.length),
      WRITING,
      attempt,
    );
    return reply?.answers ?? questions.map(() => undefined);
  }

  /** Without a verdict an answer counts as leaking. */
  async leaks(pair: Pair, answers: readonly string[], attempt: Attempt): Promise<boolean[]> {
    const reply = await this.ask(
      leaksPrompt(pair.answer, askedBy(pair), answers),
      leaksSchema(answers.length),
      JUDGING,
      attempt,
    );
    return reply?.leaks ?? answers.map(() => true);
  }

  /** @returns undefined where no reply had the form asked for. */
  private async ask<T>(
    prompt: Prompt,
    schema: z.ZodType<T>,
    temperature: number,
    { round, signal }: Attempt,
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
