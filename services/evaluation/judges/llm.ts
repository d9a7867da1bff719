// Opens the judge `llm`: it needs JUDGE_LLM_URL and JUDGE_LLM_MODEL.

import { ChatClient } from '#platform/endpoint/chat-client.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import type { JudgeEnv } from '../env.js';
import { hashOf } from './judge-folder.js';
import { llmJudge } from './llm-judge.js';
import type { JudgeOpener } from './open-judge.js';

/** Similarity and contradiction come from the local models that there are, else from spelling. */
export const llm: JudgeOpener = (env, { other }) => {
  const chat = openChat(env);
  const local = env.JUDGE_NLI_DIR ? 'nli' : 'embedding';
  const rest = other(env.JUDGE_EMBEDDER_DIR ? local : 'lexical');
  const { JUDGE_LLM_URL: url = '', JUDGE_LLM_MODEL: model = '' } = env;
  return {
    forJob: (signal) => llmJudge(chat, rest.forJob(signal), signal),
    model: async () => hashOf([url, model, (await rest.model?.()) ?? '']),
  };
};

/** One for all jobs: its limit of concurrency is the endpoint's. */
function openChat(env: JudgeEnv): ChatClient {
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
