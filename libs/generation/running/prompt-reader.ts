// Prompts that are being read: in one piece or in several, begun with what was read before.

import { required } from '#collections/required.js';
import { steadyLength } from '#models/layers/rope.js';
import { promptPartInputs } from '#models/passes/attention/prompt-inputs.js';
import { traceOf } from '#models/passes/trace.js';
import { isBlocks } from '#models/tensors/block-tensor.js';
import type { PromptKeys } from '../cache/cache.js';
import { BLOCK, type PrefixStore } from '../cache/prefix-store.js';
import { PromptCache } from '../cache/prompt-cache.js';
import { graphOutputs } from './graphs.js';
import { byLayer } from './pass-results.js';
import { placesIn } from './prompt-image.js';
import type { Row } from './row.js';
import type { SessionOptions } from './sessions.js';
import type { TokenPasses } from './token-passes.js';

export interface PromptOptions extends SessionOptions {
  /** Absent: no prompt is begun with what was read before. */
  readonly prefixes?: PrefixStore | undefined;
}

export type Prompt = Omit<Row, 'tokens' | 'last'>;

/** What follows a prompt. */
export interface Followed {
  readonly logits: Float32Array;
  /** What layers left of the prompt's last token, where that was asked for. */
  readonly states: Float32Array | undefined;
}

/**
 * Passes over weights in blocks end where the position is a multiple of it: their products round what
 * they multiply, which would enlarge the last bits that show where a pass has ended.
 */
const STEADY_PART = 16;

export class PromptReader {
  private readonly reading = new Map<number, PromptCache>();
  /** When a row's prompt was begun (`PrefixStore.epoch`). */
  private readonly begunAt = new Map<number, number>();
  /** Whether passes end at fixed positions. */
  private readonly isSteady: boolean;

  /** @param model that prompts without an adapter are kept as read by. */
  constructor(
    private readonly options: PromptOptions,
    private readonly passes: TokenPasses,
    private readonly model: object,
  ) {
    this.isSteady = [...options.weights.values()].some(isBlocks);
  }

  /** Tokens of the longest sequence that is rotated as any shorter one is. */
  get steadyLength(): number {
    return Math.min(...traceOf(this.options.config).ropes.map(steadyLength));
  }

  /** @returns how many of its tokens need not be read, as they were before. */
  begin({ id, prompt, adapter }: Prompt, owner: string): number {
    const { config, prefixes } = this.options;
    const cache = new PromptCache(config);
    this.reading.set(id, cache);
    if (!prefixes || prompt.length > this.steadyLength) return 0;
    this.begunAt.set(id, prefixes.epoch);
    for (const { keys, values } of prefixes.find({ owner, model: adapter ?? this.model }, prompt))
      cache.append(BLOCK, keys, values);
    return cache.length;
  }

  /**
   * Keeps what was read of a row for prompts that begin alike.
   * @param joined that, once it is read no more.
   */
  keep({ id, prompt, adapter }: Prompt, owner: string, joined: () => PromptKeys | undefined): void {
    const { prefixes } = this.options;
    if (!prefixes || prompt.length > this.steadyLength) return;
    if (this.begunAt.get(id) !== prefixes.epoch) return;
    const read = this.reading.get(id) ?? joined();
    const reader = { owner, model: adapter ?? this.model };
    if (read) prefixes.keep(reader, prompt.slice(0, read.length), read);
  }

  /**
   * Reads up to `count` tokens of a prompt onto those that were read before, as many of them as end
   * a pass.
   * @returns what follows, once all are read.
   */
  async read(prompt: Prompt, count: number): Promise<Followed | undefined> {
    const { length } = prompt.prompt;
    const to = Math.min(this.readOf(prompt.id) + count, length);
    for (;;) {
      const from = this.readOf(prompt.id);
      const end = this.isSteady ? Math.min(nextEnd(from), length) : to;
      if (end > to) return undefined;
      const followed = await this.readPass(prompt, end - from);
      if (followed || end === to) return followed;
    }
  }

  /** Reads the next tokens of a prompt in one pass. @returns as `read`. */
  private async readPass(
    { id, prompt, images, adapter, asksLayers = false }: Prompt,
    count: number,
  ): Promise<Followed | undefined> {
    const { config } = this.options;
    const before = this.reading.get(id) ?? new PromptCache(config);
    this.reading.set(id, before);
    const from = before.length;
    const ids = prompt.slice(from, from + count);
    const isLast = from + ids.length === prompt.length;
    const places = placesIn(config, prompt, images)?.slice(from, from + count);
    const part = { from, count: ids.length, past: before.past, length: prompt.length, places };
    const inputs = promptPartInputs(config, part);
    const results = await this.passes.run('prefill', adapter, inputs, {
      ids,
      positions: isLast ? [ids.length - 1] : [],
      images,
      more: { feeds: before.feeds() },
      isTapped: asksLayers && isLast,
    });
    const keys = byLayer(results, config, graphOutputs.keys);
    before.append(ids.length, keys, byLayer(results, config, graphOutputs.values));
    if (!isLast) return undefined;
    return {
      logits: required(results, graphOutputs.logits),
      states: asksLayers ? required(results, graphOutputs.stream) : undefined,
    };
  }

  /** Tokens of a prompt under way that were read. */
  readOf(id: number): number {
    return this.reading.get(id)?.length ?? 0;
  }

  /** What is read of a prompt under way takes so many bytes. */
  bytesOf(id: number): number {
    return this.reading.get(id)?.bytes ?? 0;
  }

  /** Ends the reading of a prompt. @returns what was read of it. */
  take(id: number): PromptCache {
    const read = required(this.reading, id);
    this.reading.delete(id);
    return read;
  }

  /** Nothing is read of it: another's prompt was the same. */
  leave(id: number): void {
    this.reading.delete(id);
  }

  /** A row that is a copy of another was begun when that one was. */
  copy(from: number, to: number): void {
    const begun = this.begunAt.get(from);
    if (begun !== undefined) this.begunAt.set(to, begun);
  }

  /** Has what was read of a row wait, to be read on under another id. */
  park(from: number, to: number, { length, keys, values }: PromptKeys): void {
    const parked = new PromptCache(this.options.config);
    parked.append(length, keys, values);
    this.reading.set(to, parked);
    this.copy(from, to);
  }

  /**
   * Goes on with a prompt of which a row was parked; one whose length changes its rotation is begun
   * anew, as is one that was not.
   * @returns as `begin`
   */
  readOn(prompt: Prompt, owner: string): number {
    const parked = this.reading.get(prompt.id);
    const isSteady = prompt.prompt.length <= this.steadyLength;
    return parked && isSteady ? parked.length : this.begin(prompt, owner);
  }

  release(id: number): void {
    this.reading.delete(id);
    this.begunAt.delete(id);
  }
}

const nextEnd = (from: number): number => (Math.floor(from / STEADY_PART) + 1) * STEADY_PART;
