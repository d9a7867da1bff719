// How many tokens prompts have, as a base model is given them.

import type { OnApplicationShutdown } from '@nestjs/common';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import { Thread } from '#thread/thread.js';
import type { TokenizerFolders, TokenProtocol } from './token-protocol.js';

export class TokenCounter implements OnApplicationShutdown {
  private opened: Thread<TokenProtocol> | undefined;

  constructor(private readonly folders: TokenizerFolders) {}

  /** @throws UnknownModelError, CheckpointError, ThreadEndedError, the signal's reason */
  count(
    base: string,
    prompts: readonly Prompt__Output[],
    signal: AbortSignal,
  ): Promise<PromptTokens[]> {
    return this.thread().call('count', { base, prompts }, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }

  /** Another one where the last has ended. */
  private thread(): Thread<TokenProtocol> {
    if (!this.opened || this.opened.hasEnded)
      this.opened = new Thread(new URL('token-thread.js', import.meta.url), 'token', this.folders);
    return this.opened;
  }
}
