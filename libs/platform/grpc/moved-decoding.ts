// What a strategy has done in an answer that several servers gave, each of which counts its own part.

import { summedDecoding } from '#contracts/decoding-usage.js';
import type { DecodingUsage__Output } from '#contracts/generated/lethe/inference/v1/DecodingUsage.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';

export class MovedDecoding {
  private before: DecodingUsage__Output | undefined;
  private newest: DecodingUsage__Output | undefined;

  /** @returns the chunk with what all servers together have done. */
  add(chunk: GenerateChunk__Output): GenerateChunk__Output {
    if (!chunk.decoding) return chunk;
    this.newest = this.before ? summedDecoding([this.before, chunk.decoding]) : chunk.decoding;
    return { ...chunk, decoding: this.newest };
  }

  /** The answer goes on at another server. */
  move(): void {
    this.before = this.newest;
  }
}
