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

/** Slots are added by so many: attention is computed over all of them. */
const GROWTH = 256;

export class PromptCache implements PromptKeys {
  length = 0;
  private readonly layers: readonly LayerCache[];
  private slots = 0;

  /** @param total tokens of the prompt. */
  constructor(
    private readonly config: ModelConfig,
    private readonly total: number,
  ) {
    const { numKeyValueHeads, headDim } = config;
    this.layers = traceOf(config).attention.map(() => new LayerCache(numKeyValueHeads, headDim));
    this.reserve(1);
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

  private reserve(slots: number): void {
    if (slots <= this.slots) return;
    const room = slots === 1 ? 1 : Math.ceil(slots / GROWTH) * GROWTH;
    this.slots = Math.max(slots, Math.min(room, this.total));
    for (const layer of this.layers) layer.resize(1, this.slots, [this.length]);
  }
}

/** [1, KV, 1, slots, D] -> [1, KV, slots, D] */
const withoutGroups = ({ dims, data }: Feed): Feed => ({
  dims: dims.filter((_, i) => i !== 2),
  data,
});
