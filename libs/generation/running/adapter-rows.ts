// The adapters of a batch's rows as graph inputs, restacked only where the batch's composition has
// changed.

import { first } from '#collections/items.js';
import { type Adapter, adaptedWeights, lowRank } from '#models/adapters/adapter.js';
import { AdapterError } from '#models/errors/adapter.error.js';
import { adapterInputs } from '#models/passes/row-adapters.js';
import { traceOf } from '#models/passes/trace.js';
import { matrixSizes, transpose } from '#models/tensors/matrix.js';
import type { ModelConfig } from '#models/types.js';
import type { Feed, Feeds } from '#runtime/graph-session.js';

/**
 * An adapter made ready to be stacked: by weight, A [rank, in] and the transposed and scaled B
 * [rank, out].
 */
export interface LoadedAdapter {
  /** The largest rank. */
  readonly r: number;
  readonly halves: ReadonlyMap<string, { readonly a: Float32Array; readonly b: Float32Array }>;
}

/** @throws AdapterError if the adapter is for another architecture or other sizes. */
export function loadAdapter(adapter: Adapter, config: ModelConfig): LoadedAdapter {
  const { linears } = traceOf(config);
  const halves = new Map<string, { a: Float32Array; b: Float32Array }>();
  let r = 0;
  for (const weight of adaptedWeights(adapter)) {
    const [layer, product] = [linears.get(weight), lowRank(adapter, weight)];
    if (!layer || !product)
      throw new AdapterError(`the adapter changes ${weight}, which this model does not adapt`);
    const { a, b, scale } = product;
    const [[rank, wide], [out]] = [matrixSizes(a.dims), matrixSizes(b.dims)];
    if (wide !== layer.in || out !== layer.out) {
      throw new AdapterError(
        `${weight} is [${layer.out}, ${layer.in}], the adapter is for [${out}, ${wide}]`,
      );
    }
    r = Math.max(r, rank);
    halves.set(weight, { a: a.data, b: scaled(transpose(b).data, scale) });
  }
  return { r, halves };
}

const scaled = (data: Float32Array, scale: number): Float32Array => data.map((x) => scale * x);

type Rows = readonly (LoadedAdapter | undefined)[];

/** One stacked input: `group` weights of [rank, width] a row. */
interface Stack {
  readonly name: string;
  readonly half: 'a' | 'b';
  readonly weights: readonly string[];
  readonly width: number;
  data: Float32Array;
}

export class AdapterRows {
  private readonly stacks: Stack[];
  /** What each row of the stacks holds, rows beyond the batch included. */
  private written: (LoadedAdapter | undefined)[] = [];
  private rank = 0;
  private room = 0;

  constructor(config: ModelConfig) {
    const empty = new Float32Array(0);
    this.stacks = traceOf(config).groups.flatMap((linears): Stack[] => [
      {
        name: adapterInputs.a(first(linears).name),
        half: 'a',
        weights: linears.map(({ name }) => name),
        width: first(linears).in,
        data: empty,
      },
      ...linears.map(({ name, out }): Stack => ({
        name: adapterInputs.b(name),
        half: 'b',
        weights: [name],
        width: out,
        data: empty,
      })),
    ]);
  }

  /**
   * Rows without an adapter get zeros.
   * @returns the inputs and the rank that they are padded to.
   */
  feeds(rows: Rows): { feeds: Feeds; rank: number } {
    const rank = Math.max(1, ...rows.map((adapter) => adapter?.r ?? 0));
    if (rank !== this.rank || rows.length > this.room) this.reset(rank, rows.length);
    for (const [row, adapter] of rows.entries())
      if (this.written[row] !== adapter) this.write(row, adapter);
    const feeds = this.stacks.map(({ name, half, weights, width, data }): [string, Feed] => {
      const dims = [rows.length, half === 'a' ? weights.length : 1, rank, width];
      return [name, { dims, data: data.subarray(0, rows.length * weights.length * rank * width) }];
    });
    return { feeds: Object.fromEntries(feeds), rank };
  }

  private reset(rank: number, rows: number): void {
    this.rank = rank;
    this.room = rows;
    this.written = [];
    for (const stack of this.stacks)
      stack.data = new Float32Array(rows * stack.weights.length * rank * stack.width);
  }

  private write(row: number, adapter: LoadedAdapter | undefined): void {
    this.written[row] = adapter;
    for (const { data, half, weights, width } of this.stacks) {
      const size = this.rank * width;
      for (const [i, weight] of weights.entries()) {
        const start = (row * weights.length + i) * size;
        data.fill(0, start, start + size);
        const halves = adapter?.halves.get(weight);
        if (halves) data.set(halves[half], start);
      }
    }
  }
}
