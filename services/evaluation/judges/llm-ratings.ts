// A language model's ratings of an answer: two requests, as ReLearn's judges make them.

import { z } from 'zod';
import type { AnswerToJudge } from '#metrics/judge.js';
import type { Ratings } from '#metrics/ratings.js';
import type { ChatClient } from '#platform/endpoint/chat-client.js';
import { missingIfUnusable } from '#platform/endpoint/missing-if-unusable.js';
import { forgetting, relevanceAndFluency, retention } from './rating-prompts.js';

const rating = z.number().int().min(1).max(5);
const scoreSchema = z.object({ score: rating });
const qualitySchema = z.object({ relevance: rating, fluency: rating });

/**
 * Null where a reply cannot be read.
 * @throws EndpointError, or the signal's reason.
 */
export async function rateAnswer(
  chat: ChatClient,
  { set, question, gold, answer }: AnswerToJudge,
  signal: AbortSignal,
): Promise<Ratings | null> {
  const ask = <T>(system: string, texts: object, schema: z.ZodType<T>): Promise<T | undefined> =>
    chat
      .ask({ system, user: JSON.stringify(texts), temperature: 0 }, schema, signal)
      .catch(missingIfUnusable);
  const [knowledge, quality] = await Promise.all([
    ask(
      set === 'forget' ? forgetting : retention,
      { question, golden_answer: gold, answer },
      scoreSchema,
    ),
    ask(relevanceAndFluency, { question, answer }, qualitySchema),
  ]);
  if (!knowledge || !quality) return null;
  return { [set === 'forget' ? 'forgetting' : 'retention']: knowledge.score, ...quality };
}
