// The `llm` judge: entities named and answers rated by a model behind an OpenAI-compatible endpoint;
// likeness and contradiction by another judge.

import { z } from 'zod';
import { dropAsked } from '#metrics/asked.js';
import type { AnswerToJudge, Judge } from '#metrics/judge.js';
import type { Ratings } from '#metrics/ratings.js';
import type { ChatClient } from '#platform/endpoint/chat-client.js';
import { missingIfUnusable } from '#platform/endpoint/missing-if-unusable.js';
import { rateAnswer } from './llm-ratings.js';

const instruction = `You list the entities of an answer. Entities are: names, e-mail addresses, places, dates, numbers, organizations, titles, technical terms, and the head nouns of the facts stated (a profession, a thing owned). Leave out what the question already says, verbs, and words that would fit any answer (person, book, event, life). Each entity once, as short as it can be. Reply with a JSON array of strings and nothing else; [] where there are none.`;

const entityList = z.array(z.string());

export class LlmJudge implements Judge {
  readonly name = 'llm';

  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  constructor(
    private readonly chat: ChatClient,
    private readonly rest: Judge,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Null where no reply could be read.
   * @throws EndpointError, or the signal's reason.
   */
  async entities(text: string, question: string): Promise<string[] | null> {
    if (text.trim() === '') return [];
    const user = `Question: ${question}\nAnswer: ${text}`;
    const asked = { system: instruction, user, temperature: 0 };
    const named = await this.chat.ask(asked, entityList, this.signal).catch(missingIfUnusable);
    if (!named) return null;
    return dropAsked(
      [...new Set(named.map((entity) => entity.trim()).filter((entity) => entity !== ''))],
      question,
    );
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.rest.similarity(answer, gold);
  }

  answerSimilarity(answer: string, gold: string, question: string): Promise<number | null> {
    return this.rest.answerSimilarity(answer, gold, question);
  }

  identifies(answer: string, gold: string, question: string): Promise<boolean> {
    return this.rest.identifies(answer, gold, question);
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.rest.contradiction(premise, hypothesis);
  }

  rate(row: AnswerToJudge): Promise<Ratings | null> {
    return rateAnswer(this.chat, row, this.signal);
  }
}
