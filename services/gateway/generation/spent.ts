// What the answers to a request have taken so far.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Usage } from './completion-shape.js';
import { type DecodingUsage, summed, toDecodingUsage } from './decoding.js';
import { promptEstimate, type Tokens } from './estimates.js';

export class Spent {
  private readonly byCall = new Map<number, Tokens>();
  /** What strategies did, of calls that have ended. */
  private readonly decodings: DecodingUsage[] = [];

  /** @param prompts of the request's calls: one prompt may have several. */
  constructor(private readonly prompts: readonly Prompt[]) {}

  /** Until inference has counted it is an estimate: an answer may be cut off. */
  add(call: number, { usage, tokenIds }: GenerateChunk__Output): void {
    const before = this.byCall.get(call);
    if (usage?.decoding) this.decodings.push(toDecodingUsage(usage.decoding));
    const estimate = {
      prompt: before?.prompt ?? promptEstimate(this.prompts[call] ?? {}),
      completion: (before?.completion ?? 0) + Math.max(tokenIds.length, 1),
    };
    this.set(
      call,
      usage ? { prompt: usage.promptTokens, completion: usage.completionTokens } : estimate,
    );
  }

  set(call: number, tokens: Tokens): void {
    this.byCall.set(call, tokens);
  }

  /** A prompt counts once, however many answers there are to it. */
  get usage(): Usage {
    const byPrompt = new Map<Prompt | undefined, number>();
    let completion = 0;
    for (const [call, tokens] of this.byCall) {
      const prompt = this.prompts[call];
      byPrompt.set(prompt, Math.max(byPrompt.get(prompt) ?? 0, tokens.prompt));
      completion += tokens.completion;
    }
    const prompt = [...byPrompt.values()].reduce((a, b) => a + b, 0);
    const usage = usageOf(prompt, completion);
    return this.decodings.length > 0 ? { ...usage, decoding: summed(this.decodings) } : usage;
  }
}

/** No token of a prompt is read from a cache that outlives the request. */
export const usageOf = (prompt: number, completion: number): Usage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cached_tokens: 0 },
});
