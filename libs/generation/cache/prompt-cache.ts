// Keys and values of a prompt on its way into the cache: read piece by piece, all of them kept, as what
// is read next may see any of them.

import { zip } from '#collections/zip.js';
import { promptInputs } from '#models/passes/attention/prompt-attention.js';
import { traceOf } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import type { Feed, Feeds } from '#runtime/graph-session.js';
import { tokenBytes } from './cache-bytes.js';
import type { PromptKeys } from './cache.js';
import { LayerCache } from './layer-cache.js';

/** Slots are added by so many, and by fewer to so many: attention is computed over all of them. */
const GROWTH = 256;
const FIRST_GROWTH = 32;

/**
 * Of so many tokens, whatever comes after them: attention's sums show over how many slots they went, and
 * what two prompts begin with is to be the same bits in both.
 */
function slotsFor(tokens: number): number {
  const growth = tokens < GROWTH ? FIRST_GROWTH : GROWTH;
  return Math.max(1, Math.ceil(tokens / growth) * growth);
}

export class PromptCache implements PromptKeys {
  length = 0;
  private readonly layers: readonly LayerCache[];
  private slots = 0;

  constructor(private readonly config: ModelConfig) {
    const { numKeyValueHeads, headDim } = config;
    this.layers = traceOf(config).attention.map(() => new LayerCache(numKeyValueHeads, headDim));
    this.reserve(0);
  }

  /** At least one, which may be empty. */
  get past(): number {
    return this.slots;
  }

  get bytes(): number {
    return tokenBytes(this.config) * this.slots;
  }

  get keys(): Float32Array[] {
    return this.layers.map((layer) => layer.feeds(1).keys.data as Float32Array);
  }

  get values(): Float32Array[] {
    return this.layers.map((layer) => layer.feeds(1).values.data as Float32Array);
  }

  /** What was read next. @param keys by layer, [KV, count, D]; values the same. */
  append(count: number, keys: readonly Float32Array[], values: readonly Float32Array[]): void {
    const [from, to] = [this.length, this.length + count];
    this.reserve(to);
    for (const [layer, ownKeys, ownValues] of zip(this.layers, keys, values))
      layer.write(0, { from, to }, ownKeys, ownValues);
    this.length = to;
  }

  feeds(): Feeds {
    const feeds: Record<string, Feed> = {};
    for (const [i, layer] of this.layers.entries()) {
      const { keys, values } = layer.feeds(1);
      feeds[promptInputs.keys(i)] = withoutGroups(keys);
      feeds[promptInputs.values(i)] = withoutGroups(values);
    }
    return feeds;
  }

  private reserve(tokens: number): void {
    const slots = slotsFor(tokens);
    if (slots <= this.slots) return;
    this.slots = slots;
    for (const layer of this.layers) layer.resize(1, slots, [this.length]);
  }
}

/** [1, KV, 1, slots, D] -> [1, KV, slots, D] */
const withoutGroups = ({ dims, data }: Feed): Feed => ({
  dims: dims.filter((_, i) => i !== 2),
  data,
});
