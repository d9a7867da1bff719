// The `llm` judge: entities named and answers rated by a model behind an OpenAI-compatible endpoint;
// likeness and contradiction by another judge.

import { z } from 'zod';
import { dropAsked } from '#metrics/asked.js';
import type { Judge } from '#metrics/judge.js';
import type { ChatClient } from '#platform/endpoint/chat-client.js';
import { missingIfUnusable } from '#platform/endpoint/missing-if-unusable.js';
import { assessAnswer } from './help-ratings.js';
import { rateAnswer } from './llm-ratings.js';

const instruction = `You list the entities of an answer. Entities are: names, e-mail addresses, places, dates, numbers, organizations, titles, technical terms, and the head nouns of the facts stated (a profession, a thing owned). Leave out what the question already says, verbs, and words that would fit any answer (person, book, event, life). Each entity once, as short as it can be. Reply with a JSON array of strings and nothing else; [] where there are none.`;

const entityList = z.array(z.string());

/** @param signal of the job that is judged: once it aborts, nothing more is asked. */
export const llmJudge = (chat: ChatClient, rest: Judge, signal: AbortSignal): Judge => ({
  ...rest,
  name: 'llm',
  /**
   * Null where no reply could be read.
   * @throws EndpointError, or the signal's reason.
   */
  async entities(text, question) {
    if (text.trim() === '') return [];
    const user = `Question: ${question}\nAnswer: ${text}`;
    const asked = { system: instruction, user, temperature: 0 };
    const named = await chat.ask(asked, entityList, signal).catch(missingIfUnusable);
    if (!named) return null;
    return dropAsked(
      [...new Set(named.map((entity) => entity.trim()).filter((entity) => entity !== ''))],
      question,
    );
  },
  rate: (row) => rateAnswer(chat, row, signal),
  assess: (answer) => assessAnswer(chat, answer, signal),
});
