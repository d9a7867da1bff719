// Keys and values of one layer: for every row the newest tokens, as many as the layer can ever see.

import { slotsOf } from '#models/passes/attention/cached-attention.js';
import type { Feed } from '#runtime/graph-session.js';

/**
 * [rows, KV, slots, D] each. The token at a position lies in slot position % slots: where a window
 * bounds the slots, a new token takes the place of the one that has just left the window.
 */
export class LayerCache {
  private keys = new Float32Array(0);
  private values = new Float32Array(0);
  private slots = 0;

  constructor(
    private readonly heads: number,
    private readonly headDim: number,
    readonly window?: number,
  ) {}

  /**
   * Makes room for `rows` rows of up to `past` tokens.
   * @param lengths tokens of the rows that are kept
   */
  resize(rows: number, past: number, lengths: readonly number[]): void {
    const slots = slotsOf(past, this.window);
    const grow = (old: Float32Array): Float32Array<ArrayBuffer> => {
      const grown = new Float32Array(rows * this.heads * slots * this.headDim);
      for (const [row, length] of lengths.entries()) {
        // More slots are made before any is used twice: what was in place stays in place.
        const used = Math.min(length, this.slots) * this.headDim;
        for (let strip = row * this.heads; strip < (row + 1) * this.heads; strip++) {
          const from = strip * this.slots * this.headDim;
          grown.set(old.subarray(from, from + used), strip * slots * this.headDim);
        }
      }
      return grown;
    };
    [this.keys, this.values] = [grow(this.keys), grow(this.values)];
    this.slots = slots;
  }

  /**
   * Tokens of a row from position `from` to `to`, those alone that the layer can still see after them.
   * @param keys [KV, n, D], `from` first, n at least as many as are written; values the same.
   */
  write(
    row: number,
    { from, to }: { readonly from: number; readonly to: number },
    keys: Float32Array,
    values: Float32Array,
  ): void {
    const { heads, headDim, slots } = this;
    for (const [into, data] of [
      [this.keys, keys],
      [this.values, values],
    ] as const) {
      const given = data.length / (heads * headDim);
      for (let head = 0; head < heads; head++) {
        const strip = (row * heads + head) * slots;
        for (let at = Math.max(from, to - slots); at < to;) {
          const slot = at % slots;
          const count = Math.min(to - at, slots - slot);
          const source = (head * given + at - from) * headDim;
          into.set(data.subarray(source, source + count * headDim), (strip + slot) * headDim);
          at += count;
        }
      }
    }
  }

  /** @param fresh of all rows, [rows, 2 KV, 1, D], keys then values */
  append(row: number, position: number, fresh: Float32Array): void {
    const { heads, headDim } = this;
    for (let head = 0; head < heads; head++) {
      const target = ((row * heads + head) * this.slots + (position % this.slots)) * headDim;
      const source = (row * 2 * heads + head) * headDim;
      this.keys.set(fresh.subarray(source, source + headDim), target);
      this.values.set(
        fresh.subarray(source + heads * headDim, source + (heads + 1) * headDim),
        target,
      );
    }
  }

  copy(from: number, to: number): void {
    const size = this.heads * this.slots * this.headDim;
    for (const data of [this.keys, this.values])
      data.copyWithin(to * size, from * size, (from + 1) * size);
  }

  /** [KV, slots, D] each, used in place. */
  row(row: number): { keys: Float32Array; values: Float32Array } {
    const size = this.heads * this.slots * this.headDim;
    const own = (data: Float32Array): Float32Array => data.subarray(row * size, (row + 1) * size);
    return { keys: own(this.keys), values: own(this.values) };
  }

  /** Copies of a row's tokens by position, [KV, length, D] each: zeros for those that have left a window. */
  unrolled(row: number, length: number): { keys: Float32Array; values: Float32Array } {
    const own = this.row(row);
    return { keys: this.byPosition(own.keys, length), values: this.byPosition(own.values, length) };
  }

  private byPosition(data: Float32Array, length: number): Float32Array {
    const { heads, headDim, slots } = this;
    const placed = new Float32Array(heads * length * headDim);
    for (let head = 0; head < heads; head++) {
      for (let at = Math.max(0, length - slots); at < length; at++) {
        const source = (head * slots + (at % slots)) * headDim;
        placed.set(data.subarray(source, source + headDim), (head * length + at) * headDim);
      }
    }
    return placed;
  }

  /** The first rows, used in place. */
  feeds(rows: number): { keys: Feed; values: Feed } {
    const { heads, slots, headDim } = this;
    const feed = (data: Float32Array): Feed => ({
      dims: [rows, heads, 1, slots, headDim],
      data: data.subarray(0, rows * heads * slots * headDim),
    });
    return { keys: feed(this.keys), values: feed(this.values) };
  }
}
