// The `llm` judge: entities named by a model behind an OpenAI-compatible endpoint; likeness and
// contradiction by another judge.
import OpenAI, { APIError } from 'openai';
import pLimit from 'p-limit';
import pRetry, { AbortError } from 'p-retry';
import { z } from 'zod';
import { dropAsked } from '#metrics/asked.js';
import type { Judge } from '#metrics/judge.js';
import { EndpointError } from './endpoint.error.js';

export interface LlmJudgeOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** One request's limit, in ms. */
  readonly timeout: number;
  /**
   * Tries beyond the first, for a request that times out, is refused for now (429, 5xx) or answers
   * what cannot be read.
   */
  readonly retries: number;
  /** First delay between tries, in ms; doubles each time. */
  readonly backoff: number;
}

const instruction = `You list the entities of an answer. Entities are: names, e-mail addresses, places, dates, numbers, organizations, titles, technical terms, and the head nouns of the facts stated (a profession, a thing owned). Leave out what the question already says, verbs, and words that would fit any answer (person, book, event, life). Each entity once, as short as it can be. Reply with a JSON array of strings and nothing else; [] where there are none.`;

const entityList = z.array(z.string());

/** Statuses worth another try; any other 4xx will not change. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof APIError) ||
  error.status === undefined ||
  [408, 409, 425, 429].includes(error.status) ||
  error.status >= 500;

export class LlmJudge implements Judge {
  readonly name = 'llm';
  private readonly client: OpenAI;
  private readonly limit: ReturnType<typeof pLimit>;

  constructor(
    private readonly options: LlmJudgeOptions,
    private readonly rest: Pick<Judge, 'similarity' | 'contradiction'>,
  ) {
    // Retries are counted here, so that an unreadable answer counts as well.
    this.client = new OpenAI({
      baseURL: options.url,
      apiKey: options.apiKey,
      timeout: options.timeout,
      maxRetries: 0,
    });
    this.limit = pLimit(options.concurrency);
  }

  /**
   * @throws EndpointError after the last try, or at once where the endpoint refuses the request for
   * good.
   */
  async entities(text: string, question: string): Promise<string[]> {
    if (text.trim() === '') return [];
    const named = await this.limit(() => this.ask(text, question));
    return dropAsked(
      [...new Set(named.map((entity) => entity.trim()).filter((entity) => entity !== ''))],
      question,
    );
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.rest.similarity(answer, gold);
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.rest.contradiction(premise, hypothesis);
  }

  private async ask(text: string, question: string): Promise<string[]> {
    const { retries, backoff, url } = this.options;
    try {
      return await pRetry(() => this.request(text, question), {
        retries,
        minTimeout: backoff,
        factor: 2,
        randomize: true,
      });
    } catch (error) {
      throw new EndpointError(url, error as Error, !isPassing(error));
    }
  }

  private async request(text: string, question: string): Promise<string[]> {
    const messages = [
      { role: 'system', content: instruction } as const,
      { role: 'user', content: `Question: ${question}\nAnswer: ${text}` } as const,
    ];
    try {
      const reply = await this.client.chat.completions.create({
        model: this.options.model,
        temperature: 0,
        messages,
      });
      return parseEntities(reply.choices?.[0]?.message?.content ?? '');
    } catch (error) {
      throw isPassing(error) ? error : new AbortError(error as Error);
    }
  }
}

/** The JSON array in a reply, whatever the model put around it. @throws SyntaxError, ZodError */
function parseEntities(content: string): string[] {
  const [array] = /\[[^]*\]/.exec(content) ?? [];
  if (array === undefined) throw new SyntaxError('the reply holds no JSON array');
  return entityList.parse(JSON.parse(array));
}
