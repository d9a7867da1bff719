// Keys and values of the running sequences, a row each: the accounting and the memory, no
// arithmetic.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { ropeVaries, rotaryTables } from '#models/layers/rope.js';
import { cacheInputs, headsPerToken } from '#models/passes/attention/cached-attention.js';
import { tableInputs } from '#models/passes/attention/rotation.js';
import { traceOf } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import type { Feed, Feeds } from '#runtime/graph-session.js';
import { AttentionMask } from './attention-mask.js';
import { roomFor, tokenBytes } from './cache-bytes.js';
import { LayerCache } from './layer-cache.js';

/** Keys and values of a prompt by layer, [KV, slots, D] each, of which the first `length` are in use. */
export interface PromptKeys {
  readonly length: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/**
 * Rows lie next to each other from 0 on, so that the first n are one zero-copy tensor: a freed row
 * is filled by the last. Memory is for `rows` x `past` positions, fewer in layers with a window;
 * it grows when either is exceeded, and shrinks when half of `past` is in vain.
 */
export class Cache {
  /** By row. */
  private readonly sequences: { readonly id: number; length: number }[] = [];
  private rows = 0;
  private past = 0;
  private readonly layers: readonly LayerCache[];
  /** By size of window; undefined for none. */
  private readonly attentionMasks: ReadonlyMap<number | undefined, AttentionMask>;

  constructor(private readonly config: ModelConfig) {
    const { attention, windows } = traceOf(config);
    this.layers = attention.map(
      ({ window }) => new LayerCache(config.numKeyValueHeads, config.headDim, window),
    );
    this.attentionMasks = new Map(
      [undefined, ...windows].map((window) => [window, new AttentionMask(window)]),
    );
  }

  get size(): number {
    return this.sequences.length;
  }

  private get lengths(): number[] {
    return this.sequences.map(({ length }) => length);
  }

  /** Positions a row has room for. */
  get capacity(): number {
    return this.past;
  }

  /** Bytes of `unrolled`. */
  bytesOf(id: number): number {
    const { length } = item(this.sequences, this.rowOf(id));
    return tokenBytes(this.config) * length;
  }

  rowOf(id: number): number {
    return this.sequences.findIndex((sequence) => sequence.id === id);
  }

  insert(id: number, { length, keys, values }: PromptKeys): void {
    this.reserve(this.size + 1, length + 1);
    const row = this.size;
    this.sequences.push({ id, length });
    for (const [layer, ownKeys, ownValues] of zip(this.layers, keys, values))
      layer.write(row, { from: 0, to: length }, ownKeys, ownValues);
    this.writeAttentionMasks(row, length);
  }

  /** Whether a row's first tokens are all there: windows forget. */
  keeps(id: number, length: number): boolean {
    const row = item(this.sequences, this.rowOf(id));
    return (
      row.length === length ||
      this.layers.every(({ window = Infinity }) => row.length <= window - 1)
    );
  }

  /**
   * Has `to` hold what `from` does: in a row of its own, or in the one that it has.
   * @param length of its first tokens alone. Absent: all.
   */
  copy(from: number, to: number, length = item(this.sequences, this.rowOf(from)).length): void {
    if (this.rowOf(to) < 0) {
      this.reserve(this.size + 1, length);
      this.sequences.push({ id: to, length });
    }
    const [source, row] = [this.rowOf(from), this.rowOf(to)];
    this.sequences[row] = { id: to, length };
    for (const layer of this.layers) layer.copy(source, row);
    this.writeAttentionMasks(row, length);
  }

  remove(id: number): void {
    const row = this.rowOf(id);
    if (row < 0) return;
    const last = this.sequences.pop();
    if (last && row < this.size) {
      for (const layer of this.layers) layer.copy(this.size, row);
      this.sequences[row] = last;
      this.writeAttentionMasks(row, last.length);
    }
    // Long sequences are rare: what one needed is not kept for short ones, nor computed over.
    if (this.size === 0) this.resize(0, 0);
    else this.shrink();
  }

  /** A row's tokens, used in place; nothing where layers with a window have let go of some. */
  whole(id: number): PromptKeys | undefined {
    const row = this.rowOf(id);
    if (row < 0 || this.layers.some(({ window }) => window !== undefined)) return undefined;
    const { length } = item(this.sequences, row);
    const rows = this.layers.map((layer) => layer.row(row));
    return { length, keys: rows.map(({ keys }) => keys), values: rows.map(({ values }) => values) };
  }

  /** Copies of a row's tokens by position: zeros for those that have left a window, which nobody sees. */
  unrolled(id: number): PromptKeys {
    const row = this.rowOf(id);
    const { length } = item(this.sequences, row);
    const tokens = this.layers.map((layer) => layer.unrolled(row, length));
    const [keys, values] = [tokens.map((own) => own.keys), tokens.map((own) => own.values)];
    return { length, keys, values };
  }

  /** Adds each row's new token. @param fresh by layer, [rows, 2 KV, 1, D], keys then values. */
  append(fresh: readonly Float32Array[]): void {
    for (const [layer, tokens] of zip(this.layers, fresh))
      for (const [row, { length }] of this.sequences.entries()) layer.append(row, length, tokens);
    for (const [row, sequence] of this.sequences.entries()) {
      sequence.length += 1;
      this.writeAttentionMasks(row, sequence.length);
    }
    this.reserve(this.size, Math.max(...this.lengths) + 1);
  }

  /**
   * Inputs of a decode step over all rows. @param offsets by row: where a new token stands, less how many
   * are before it.
   */
  feeds(offsets: readonly number[] = this.lengths.map(() => 0)): Feeds {
    const { ropes, alibi } = traceOf(this.config);
    const feeds: Record<string, Feed> = {
      [cacheInputs.positions]: {
        dims: [this.size],
        data: BigInt64Array.from(zip(this.lengths, offsets), ([length, offset]) =>
          BigInt(length + offset),
        ),
      },
      [cacheInputs.rotations]: {
        dims: [this.size * headsPerToken(this.config), 1],
        data: this.rotations(offsets),
      },
      [cacheInputs.rows]: {
        dims: [this.size, 1],
        data: BigInt64Array.from({ length: this.size }, (_, i) => BigInt(i)),
      },
    };
    for (const [window, attentionMask] of this.attentionMasks) {
      feeds[cacheInputs.attentionMask(window)] = attentionMask.feed(this.size);
      feeds[cacheInputs.sizes(window)] = attentionMask.sizes();
      if (alibi) feeds[cacheInputs.places(window)] = attentionMask.places(this.lengths);
    }
    for (const [i, layer] of this.layers.entries()) {
      const { keys, values } = layer.feeds(this.size);
      feeds[cacheInputs.keys(i)] = keys;
      feeds[cacheInputs.values(i)] = values;
    }
    for (const rope of ropes.filter((one) => ropeVaries(one, Infinity))) {
      const half = rope.dim / 2;
      const rows = Array.from(this.lengths, (length) => rotaryTables(rope, 1, length + 1, length));
      const names = tableInputs(this.config, rope);
      for (const kind of ['cosine', 'sine'] as const) {
        const data = new Float32Array(this.size * half);
        for (const [row, tables] of rows.entries()) data.set(tables[kind], row * half);
        feeds[names[kind]] = { dims: [this.size, half], data };
      }
    }
    return feeds;
  }

  private rotations(offsets: readonly number[]): BigInt64Array {
    const perToken = headsPerToken(this.config);
    const rotated = perToken - this.config.numKeyValueHeads;
    const rotations = new BigInt64Array(this.size * perToken);
    for (const [row, [length, offset]] of zip(this.lengths, offsets).entries())
      rotations.fill(BigInt(length + offset + 1), row * perToken, row * perToken + rotated);
    return rotations;
  }

  private reserve(rows: number, past: number): void {
    if (rows <= this.rows && past <= this.past) return;
    this.resize(Math.max(rows, this.rows), past <= this.past ? this.past : roomFor(past));
  }

  /** Moves all that is kept: so not before half of the room is in vain. */
  private shrink(): void {
    const needed = roomFor(Math.max(...this.lengths) + 1);
    if (needed <= this.past / 2) this.resize(this.size, needed);
  }

  private resize(rows: number, past: number): void {
    for (const layer of this.layers) layer.resize(rows, past, this.lengths);
    for (const attentionMask of this.attentionMasks.values()) attentionMask.resize(rows, past);
    this.rows = rows;
    this.past = past;
    for (const [row, length] of this.lengths.entries()) this.writeAttentionMasks(row, length);
  }

  private writeAttentionMasks(row: number, length: number): void {
    for (const attentionMask of this.attentionMasks.values()) attentionMask.write(row, length);
  }
}
