// What the thread that counts tokens is asked.

import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import type { Call } from '#thread/protocol.js';

export interface TokenizerFolders {
  readonly dirs: readonly string[];
  /** Tokenizers in memory at once. */
  readonly capacity: number;
}

export interface TokenProtocol {
  readonly start: TokenizerFolders;
  readonly calls: {
    readonly count: Call<
      { readonly base: string; readonly prompts: readonly Prompt__Output[] },
      PromptTokens[]
    >;
  };
}
