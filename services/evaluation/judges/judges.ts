// The judges that this worker's settings allow, made when first asked for.
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { JudgeName } from '#contracts/judges.js';
import type { Judge } from '#metrics/judge.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { ChatClient } from '#platform/endpoint/chat-client.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { ENV, type Env } from '../env.js';
import { LlmJudge } from './llm-judge.js';
import { NliJudge } from './nli-judge.js';

@Injectable()
export class Judges implements OnApplicationShutdown {
  private nli?: NliJudge;
  /** One for all jobs: its limit of concurrency is the endpoint's. */
  private chat?: ChatClient;

  constructor(@Inject(ENV) private readonly env: Env) {}

  /**
   * @param signal of the job that is judged.
   * @throws MissingSettingError naming the settings that are missing: never another judge than the one
   * asked for.
   */
  get(name: JudgeName, signal: AbortSignal): Judge {
    switch (name) {
      case 'lexical':
        return lexicalJudge;
      case 'nli':
        return this.nliJudge();
      case 'llm':
        return this.llmJudge(signal);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.nli?.close();
  }

  private nliJudge(): NliJudge {
    const { JUDGE_NLI_DIR: nli, JUDGE_EMBEDDER_DIR: embedder } = this.env;
    if (!nli || !embedder)
      throw new MissingSettingError(
        'the judge nli needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR on the evaluation workers',
      );
    this.nli ??= new NliJudge({ nli, embedder });
    return this.nli;
  }

  /**
   * Likeness and contradiction come from the local models where there are any, else from spelling.
   */
  private llmJudge(signal: AbortSignal): LlmJudge {
    this.chat ??= openChat(this.env);
    const { JUDGE_NLI_DIR: nli, JUDGE_EMBEDDER_DIR: embedder } = this.env;
    return new LlmJudge(this.chat, nli && embedder ? this.nliJudge() : lexicalJudge, signal);
  }
}

function openChat(env: Env): ChatClient {
  const { JUDGE_LLM_URL: url, JUDGE_LLM_MODEL: model } = env;
  if (!url || !model)
    throw new MissingSettingError(
      'the judge llm needs JUDGE_LLM_URL and JUDGE_LLM_MODEL on the evaluation workers',
    );
  return new ChatClient({
    settings: 'JUDGE_LLM',
    url,
    model,
    apiKey: env.JUDGE_LLM_KEY,
    concurrency: env.JUDGE_LLM_CONCURRENCY,
    timeoutMs: env.JUDGE_LLM_TIMEOUT_MS,
    retries: env.JUDGE_LLM_RETRIES,
  });
}
