// A language model behind an OpenAI-compatible endpoint as teacher.

import { askedBy, type Pair } from '../augment/pair.js';
import type { Attempt, Teacher, VariantKind } from '../augment/teacher.js';
import {
  answersPrompt,
  answersSchema,
  leaksPrompt,
  leaksSchema,
  variantsPrompt,
  variantsSchema,
} from './prompts.js';
import type { RememberedChat } from './remembered-chat.js';

/** Variety for what is written, none for judgement. */
const WRITING = 0.7;
const JUDGING = 0;

export class OpenAiTeacher implements Teacher {
  readonly name: string;

  constructor(private readonly chat: RememberedChat) {
    this.name = chat.name;
  }

  async variants(
    pair: Pair,
    kinds: readonly VariantKind[],
    attempt: Attempt,
  ): Promise<Partial<Record<VariantKind, string>>> {
    const reply = await this.chat.ask(
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
    const reply = await this.chat.ask(
      answersPrompt(pair, questions, attempt.round),
      answersSchema(questions.length),
      WRITING,
      attempt,
    );
    return reply?.answers ?? questions.map(() => undefined);
  }

  /** Without a verdict an answer counts as leaking. */
  async leaks(pair: Pair, answers: readonly string[], attempt: Attempt): Promise<boolean[]> {
    const reply = await this.chat.ask(
      leaksPrompt(pair.answer, askedBy(pair), answers),
      leaksSchema(answers.length),
      JUDGING,
      attempt,
    );
    return reply?.leaks ?? answers.map(() => true);
  }
}
