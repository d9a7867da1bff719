// What the answers to a request have taken so far.

import { type DecodingUsage, summedDecoding } from '#contracts/decoding-usage.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Usage } from './completion-shape.js';
import { promptEstimate, type Tokens } from './estimates.js';

export class Spent {
  private readonly byCall = new Map<number, Tokens>();
  /** Tokens of the prompts that inference had read before, by call. */
  private readonly cached = new Map<number, number>();
  /** What strategies did. */
  private readonly decodings = new Map<number, DecodingUsage>();

  /** @param prompts of the request's calls: one prompt may have several. */
  constructor(
    private readonly prompts: readonly Prompt[],
    /** Whether the strategy is left to the model. */
    private readonly leavesDecoding = false,
  ) {}

  /** Until inference has counted it is an estimate: an answer may be cut off. */
  add(call: number, { usage, tokenIds, decoding }: GenerateChunk__Output): void {
    const before = this.byCall.get(call);
    if (usage) this.cached.set(call, usage.cachedTokens);
    if (decoding) this.decodings.set(call, decoding);
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
    const prompt = this.ofPrompts([...this.byCall].map(([call, tokens]) => [call, tokens.prompt]));
    const completion = [...this.byCall.values()].reduce((sum, own) => sum + own.completion, 0);
    const usage = usageOf(prompt, completion, this.ofPrompts([...this.cached]));
    if (this.decodings.size === 0) return usage;
    const done = summedDecoding([...this.decodings.values()]);
    return {
      ...usage,
      decoding: { ...(this.leavesDecoding ? { default: true as const } : {}), ...done },
    };
  }

  private ofPrompts(byCall: readonly (readonly [call: number, tokens: number])[]): number {
    const byPrompt = new Map<Prompt | undefined, number>();
    for (const [call, tokens] of byCall) {
      const prompt = this.prompts[call];
      byPrompt.set(prompt, Math.max(byPrompt.get(prompt) ?? 0, tokens));
    }
    return [...byPrompt.values()].reduce((a, b) => a + b, 0);
  }
}

/** @param cached tokens of prompts that were read for the tenant before. */
export const usageOf = (prompt: number, completion: number, cached = 0): Usage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cached_tokens: cached },
});
