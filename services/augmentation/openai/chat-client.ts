// Chat completions from an OpenAI-compatible endpoint: bounded concurrency, time limits, retries
// with backoff.
import OpenAI, { APIConnectionError, APIError } from 'openai';
import pLimit, { type LimitFunction } from 'p-limit';
import { z } from 'zod';
import type { Prompt } from './prompts.js';
import { TeacherError } from './teacher.error.js';

export interface ChatOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  /** Requests under way at a time, over all jobs of the process. */
  readonly concurrency: number;
  /** Longest time for one request, in ms. */
  readonly timeoutMs: number;
  /**
   * Tries after the first one, on timeouts, lost connections, 408, 409, 429 and 5xx; Retry-After is
   * honoured.
   */
  readonly retries: number;
}

const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});
const passing = new Set([408, 409, 429]);

export class ChatClient {
  readonly model: string;
  readonly concurrency: number;
  private readonly client: OpenAI;
  private readonly limit: LimitFunction;

  constructor({ url, apiKey, model, concurrency, timeoutMs, retries }: ChatOptions) {
    this.model = model;
    this.concurrency = concurrency;
    this.client = new OpenAI({
      baseURL: url,
      apiKey,
      timeout: timeoutMs,
      maxRetries: retries,
      organization: null,
      project: null,
      logLevel: 'off',
    });
    this.limit = pLimit(concurrency);
  }

  /**
   * @returns the reply's text; undefined where the endpoint's reply is not a chat completion.
   * @throws TeacherError once the retries are used up, at once for a refusal; the signal's reason
   * when aborted.
   */
  complete(
    { system, user }: Prompt,
    temperature: number,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    return this.limit(async () => {
      signal?.throwIfAborted();
      try {
        const messages = [
          { role: 'system' as const, content: system },
          { role: 'user' as const, content: user },
        ];
        const reply: unknown = await this.client.chat.completions.create(
          { model: this.model, messages, temperature },
          { signal },
        );
        return completionSchema.safeParse(reply).data?.choices[0]!.message.content;
      } catch (error) {
        signal?.throwIfAborted();
        // A body that ends early or is no JSON.
        if (error instanceof SyntaxError) return undefined;
        throw translate(error);
      }
    });
  }
}

function translate(error: unknown): unknown {
  if (error instanceof APIConnectionError)
    return new TeacherError('the teacher cannot be reached, or does not answer in time', false);
  if (!(error instanceof APIError) || error.status === undefined) return error;
  const status = Number(error.status);
  const permanent = status < 500 && !passing.has(status);
  const hint = permanent
    ? ': check TEACHER_URL, TEACHER_KEY and TEACHER_MODEL of the augmentation service'
    : '';
  return new TeacherError(`the teacher answers with status ${status}${hint}`, permanent);
}
