// A language model behind an OpenAI-compatible endpoint as teacher.
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { QaRow } from '#contracts/dataset.js';
import type { Attempt, Teacher, VariantKind } from '../augment/teacher.js';
import type { ChatClient } from './chat-client.js';
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

/**
 * Requests for one reply before it counts as missing, when replies do not have the form asked for.
 */
const TRIES = 3;
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
    pair: QaRow,
    kinds: readonly VariantKind[],
    attempt: Attempt,
  ): Promise<Partial<Record<VariantKind, string>>> {
    const reply = await this.ask(
      variantsPrompt(pair.question, kinds),
      variantsSchema(kinds),
      WRITING,
      attempt,
    );
    return reply ?? {};
  }

  async answers(
    pair: QaRow,
    questions: readonly string[],
    attempt: Attempt,
  ): Promise<(string | undefined)[]> {
    const reply = await this.ask(
      answersPrompt(pair.answer, questions, attempt.round),
      answersSchema(questions.length),
      WRITING,
      attempt,
    );
    return reply?.answers ?? questions.map(() => undefined);
  }

  /** Without a verdict an answer counts as leaking. */
  async leaks(pair: QaRow, answers: readonly string[], attempt: Attempt): Promise<boolean[]> {
    const reply = await this.ask(
      leaksPrompt(pair.answer, pair.question, answers),
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
    if (kept !== undefined) return readReply(kept, schema);
    for (let i = 0; i < TRIES; i++) {
      const text = await this.chat.complete(prompt, temperature, signal);
      const reply = text === undefined ? undefined : readReply(text, schema);
      if (reply === undefined) continue;
      await this.replies?.set(key, JSON.stringify(reply));
      return reply;
    }
    return undefined;
  }
}

/** The JSON object in a reply, whatever a talkative model puts around it, if it fits. */
function readReply<T>(text: string, schema: z.ZodType<T>): T | undefined {
  const body = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
