// Keys and values of the running sequences, a row each: the accounting and the memory, no arithmetic.
import type { Feeds } from '../graph-session.js';
import { cacheInputs, headsPerToken } from '#models/attention/cached-attention.js';
import { frequencies, frequencyInput } from '#models/attention/rotation.js';
import { HIDDEN } from '#models/attention/sequence-inputs.js';
import { ropeVaries } from '#models/blocks/rope.js';
import { traceOf } from '#models/trace.js';
import type { ModelConfig } from '#models/types.js';

/** Room is made in such steps of positions: attention is computed over all of it, so it should not be much too large. */
const stepFor = (past: number): number => (past <= 256 ? 64 : 256);

/** Keys and values of a prompt by layer, [KV, length, D] each. */
export interface PromptCache {
  readonly length: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/**
 * Rows lie next to each other from 0 on, so that the first n are one zero-copy tensor: a freed row is filled by the
 * last. Memory is for `rows` x `past` positions and grows when either is exceeded.
 */
export class Cache {
  private readonly ids: number[] = [];
  private readonly lengths: number[] = [];
  private rows = 0;
  private past = 0;
  private keys: Float32Array[] = [];
  private values: Float32Array[] = [];
  /** By size of window; undefined for none. */
  private masks: ReadonlyMap<number | undefined, Float32Array> = new Map();

  constructor(private readonly config: ModelConfig) {}

  get size(): number {
    return this.ids.length;
  }

  /** Positions a row has room for. */
  get capacity(): number {
    return this.past;
  }

  rowOf(id: number): number {
    return this.ids.indexOf(id);
  }

  insert(id: number, prompt: PromptCache): void {
    this.reserve(this.size + 1, prompt.length + 1);
    const row = this.size;
    this.ids.push(id);
    this.lengths.push(prompt.length);
    for (let layer = 0; layer < this.config.numHiddenLayers; layer++) {
      this.store(this.keys[layer]!, row, prompt.keys[layer]!, prompt.length);
      this.store(this.values[layer]!, row, prompt.values[layer]!, prompt.length);
    }
    this.writeMask(row);
  }

  remove(id: number): void {
    const row = this.rowOf(id);
    if (row < 0) return;
    const last = this.size - 1;
    if (row !== last) this.moveRow(last, row);
    this.ids.pop();
    this.lengths.pop();
    if (this.size === 0) this.release();
  }

  /** Adds each row's new token. @param fresh by layer, [rows, 2 KV, 1, D], keys then values. */
  append(fresh: readonly Float32Array[]): void {
    const { numKeyValueHeads: heads, headDim } = this.config;
    for (const [layer, data] of fresh.entries()) {
      for (let row = 0; row < this.size; row++) {
        for (let head = 0; head < heads; head++) {
          const target = ((row * heads + head) * this.past + this.lengths[row]!) * headDim;
          const source = (row * 2 * heads + head) * headDim;
          this.keys[layer]!.set(data.subarray(source, source + headDim), target);
          this.values[layer]!.set(data.subarray(source + heads * headDim, source + (heads + 1) * headDim), target);
        }
      }
    }
    for (let row = 0; row < this.size; row++) this.extendMask(row);
    this.reserve(this.size, Math.max(...this.lengths) + 1);
  }

  /** Inputs of a decode run over all rows. */
  feeds(): Feeds {
    const { numKeyValueHeads: heads, headDim, numHiddenLayers } = this.config;
    const dims = [this.size, heads, 1, this.past, headDim];
    const count = this.size * heads * this.past * headDim;
    const feeds: Record<string, Feeds[string]> = { ...this.places() };
    for (const [window, mask] of this.masks) {
      feeds[cacheInputs.mask(window)] = { dims: [this.size, 1, 1, 1, this.past + 1], data: mask.subarray(0, this.size * (this.past + 1)) };
    }
    for (let layer = 0; layer < numHiddenLayers; layer++) {
      feeds[cacheInputs.keys(layer)] = { dims, data: this.keys[layer]!.subarray(0, count) };
      feeds[cacheInputs.values(layer)] = { dims, data: this.values[layer]!.subarray(0, count) };
    }
    return feeds;
  }

  /** Where the new tokens and the cached ones are, in the forms that the graphs of the families ask for. */
  private places(): Feeds {
    const { ropes, alibi } = traceOf(this.config);
    const [rows, past] = [this.size, this.past];
    const feeds: Record<string, Feeds[string]> = {
      [cacheInputs.positions]: { dims: [rows], data: BigInt64Array.from(this.lengths, BigInt) },
      [cacheInputs.rotations]: { dims: [rows * headsPerToken(this.config), 1], data: this.rotations() },
      [cacheInputs.sizes]: { dims: [2], data: BigInt64Array.of(BigInt(past), 1n) },
    };
    const varying = ropes.filter((rope) => ropeVaries(rope, Infinity));
    if (alibi) {
      const places = Float32Array.from({ length: rows * (past + 1) }, (_, i) => (i % (past + 1) < past ? i % (past + 1) : this.lengths[(i - past) / (past + 1)]!));
      feeds[cacheInputs.places] = { dims: [rows, 1, 1, 1, past + 1], data: places };
    }
    if (varying.length > 0) feeds[cacheInputs.rows] = { dims: [rows, 1], data: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i)) };
    for (const rope of varying) {
      const data = new Float32Array((rows * rope.dim) / 2);
      for (const [row, length] of this.lengths.entries()) data.set(frequencies(rope, length + 1), (row * rope.dim) / 2);
      feeds[frequencyInput(this.config, rope)] = { dims: [rows, rope.dim / 2], data };
    }
    return feeds;
  }

  private rotations(): BigInt64Array {
    const perToken = headsPerToken(this.config);
    const rotations = new BigInt64Array(this.size * perToken);
    for (let row = 0; row < this.size; row++) {
      const rotated = perToken - this.config.numKeyValueHeads;
      rotations.fill(BigInt(this.lengths[row]! + 1), row * perToken, row * perToken + rotated);
    }
    return rotations;
  }

  private reserve(rows: number, past: number): void {
    if (rows <= this.rows && past <= this.past) return;
    const grownRows = rows <= this.rows ? this.rows : Math.max(rows, this.rows * 2);
    const grownPast = past <= this.past ? this.past : Math.ceil(past / stepFor(past)) * stepFor(past);
    this.keys = this.grow(this.keys, grownRows, grownPast);
    this.values = this.grow(this.values, grownRows, grownPast);
    this.rows = grownRows;
    this.past = grownPast;
    const kinds = [undefined, ...traceOf(this.config).windows];
    this.masks = new Map(kinds.map((window) => [window, new Float32Array(grownRows * (grownPast + 1))]));
    for (let row = 0; row < this.size; row++) this.writeMask(row);
  }

  private grow(layers: readonly Float32Array[], rows: number, past: number): Float32Array[] {
    const { numKeyValueHeads: heads, headDim, numHiddenLayers } = this.config;
    return Array.from({ length: numHiddenLayers }, (_, layer) => {
      const grown = new Float32Array(rows * heads * past * headDim);
      for (let strip = 0; strip < this.size * heads; strip++) {
        const from = strip * this.past * headDim;
        const used = this.lengths[Math.floor(strip / heads)]! * headDim;
        grown.set(layers[layer]!.subarray(from, from + used), strip * past * headDim);
      }
      return grown;
    });
  }

  /** @param data [KV, length, D] */
  private store(layer: Float32Array, row: number, data: Float32Array, length: number): void {
    const { numKeyValueHeads: heads, headDim } = this.config;
    for (let head = 0; head < heads; head++) {
      const strip = data.subarray(head * length * headDim, (head + 1) * length * headDim);
      layer.set(strip, (row * heads + head) * this.past * headDim);
    }
  }

  private moveRow(from: number, to: number): void {
    const size = this.config.numKeyValueHeads * this.past * this.config.headDim;
    for (const layer of [...this.keys, ...this.values]) layer.copyWithin(to * size, from * size, (from + 1) * size);
    this.ids[to] = this.ids[from]!;
    this.lengths[to] = this.lengths[from]!;
    this.writeMask(to);
  }

  /** What the row's next token sees: its cached ones, of them those in the window, and itself. */
  private writeMask(row: number): void {
    const start = row * (this.past + 1);
    const length = this.lengths[row]!;
    for (const [window, mask] of this.masks) {
      mask.fill(HIDDEN, start, start + this.past);
      mask.fill(0, start + firstSeen(length, window), start + length);
      mask[start + this.past] = 0;
    }
  }

  /** The row's new token is cached: the next one sees it, and no longer the one that leaves the window. */
  private extendMask(row: number): void {
    const start = row * (this.past + 1);
    const length = ++this.lengths[row]!;
    for (const [window, mask] of this.masks) {
      mask[start + length - 1] = 0;
      const first = firstSeen(length, window);
      if (first > 0) mask[start + first - 1] = HIDDEN;
    }
  }

  /** Long sequences are rare: the memory that one needed is not kept for the short ones after it. */
  private release(): void {
    this.keys = [];
    this.values = [];
    this.rows = 0;
    this.past = 0;
  }
}

/** First position that a token at `position` sees. */
const firstSeen = (position: number, window = Infinity): number => Math.max(0, position - window + 1);
