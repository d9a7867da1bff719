// The judges that this worker's settings allow, made when first asked for.
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Judge } from '#metrics/judge.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { PermanentError } from '#platform/errors/permanent.error.js';
import { ENV, type Env } from '../env.js';
import { LlmJudge } from './llm-judge.js';
import { NliJudge } from './nli-judge.js';

@Injectable()
export class Judges implements OnApplicationShutdown {
  private nli?: NliJudge;
  private llm?: LlmJudge;

  constructor(@Inject(ENV) private readonly env: Env) {}

  /**
   * @throws PermanentError naming the settings that are missing: never another judge than the one
   * asked for.
   */
  get(name: Judge['name']): Judge {
    switch (name) {
      case 'lexical':
        return lexicalJudge;
      case 'nli':
        return this.nliJudge();
      case 'llm':
        return this.llmJudge();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.nli?.close();
  }

  private nliJudge(): NliJudge {
    const { JUDGE_NLI_DIR: nli, JUDGE_EMBEDDER_DIR: embedder } = this.env;
    if (!nli || !embedder)
      throw new PermanentError(
        'the judge nli needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR on the evaluation workers',
      );
    this.nli ??= new NliJudge({ nli, embedder });
    return this.nli;
  }

  /**
   * Likeness and contradiction come from the local models where there are any, else from spelling.
   */
  private llmJudge(): LlmJudge {
    const { env } = this;
    if (!env.JUDGE_LLM_URL || !env.JUDGE_LLM_MODEL) {
      throw new PermanentError(
        'the judge llm needs JUDGE_LLM_URL and JUDGE_LLM_MODEL on the evaluation workers',
      );
    }
    this.llm ??= new LlmJudge(
      {
        url: env.JUDGE_LLM_URL,
        apiKey: env.JUDGE_LLM_KEY,
        model: env.JUDGE_LLM_MODEL,
        concurrency: env.JUDGE_LLM_CONCURRENCY,
        timeout: env.JUDGE_LLM_TIMEOUT_MS,
        retries: env.JUDGE_LLM_RETRIES,
        backoff: 500,
      },
      env.JUDGE_NLI_DIR && env.JUDGE_EMBEDDER_DIR ? this.nliJudge() : lexicalJudge,
    );
    return this.llm;
  }
}
