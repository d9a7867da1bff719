// Counts tokens on a thread of its own: a set of long rows takes seconds, while calls and health
// checks are answered. It reads tokenizers alone, no weights.

import { LRUCache } from 'lru-cache';
import { setImmediate } from 'node:timers/promises';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import { Failure } from '#failure/failure.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { type Served, serve } from '#thread/serve.js';
import { encodePrompt } from '../requests.js';
import type { TokenizerFolders, TokenProtocol } from './token-protocol.js';

/** What is the prompt's fault, not the model's. */
const REFUSALS = ['conversation', 'invalid-request'];

function open({ dirs, capacity }: TokenizerFolders): Served<TokenProtocol> {
  const tokenizers = new LRUCache<string, Tokenizer>({
    max: capacity,
    fetchMethod: async (base) => (await openCheckpoint(await findModel(base, dirs))).tokenizer(),
  });
  return {
    calls: {
      async count({ base, prompts }, { signal }) {
        const tokenizer = await tokenizers.forceFetch(base);
        const counts: PromptTokens[] = [];
        for (const prompt of prompts) {
          // Between prompts, other calls have their turn, and a cancel is heard.
          await setImmediate();
          signal.throwIfAborted();
          counts.push(count(tokenizer, prompt));
        }
        return counts;
      },
    },
  };
}

function count(tokenizer: Tokenizer, prompt: Prompt__Output): PromptTokens {
  try {
    return { tokens: encodePrompt(tokenizer, prompt).ids.length };
  } catch (error) {
    const { type, publicMessage: problem } = Failure.of(error);
    if (REFUSALS.includes(type)) return { problem };
    throw error;
  }
}

await serve<TokenProtocol>(open);
