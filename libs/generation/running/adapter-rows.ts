// The adapters of a batch's rows as graph inputs: copies stay in place as long as rows need them.

import { first } from '#collections/items.js';
import { type Adapter, adaptedWeights, lowRank } from '#models/adapters/adapter.js';
import { AdapterError } from '#models/errors/adapter.error.js';
import { adapterDims, adapterInputs } from '#models/passes/row-adapters.js';
import { traceOf } from '#models/passes/trace.js';
import { matrixSizes, transpose } from '#models/tensors/matrix.js';
import type { ModelConfig } from '#models/types.js';
import { type Feed, type Feeds, int64 } from '#runtime/graph-session.js';
import { type Place, tiled } from './adapter-tiles.js';

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

/** An adapter, or zeros. */
type Copied = LoadedAdapter | undefined;

export interface AdapterInputs {
  readonly feeds: Feeds;
  readonly sizes: Readonly<Record<string, number>>;
}

/** One stacked input: `weights` of [rank, width] a tile. */
interface Stack {
  readonly name: string;
  readonly half: 'a' | 'b';
  readonly weights: readonly string[];
  readonly width: number;
  data: Float32Array;
}

/** Ranks are padded to the next of 8, 16, 32, ..., so that a batch's stacks seldom change theirs. */
const LEAST_RANK = 8;
const powerFrom = (least: number, size: number): number =>
  least * 2 ** Math.max(0, Math.ceil(Math.log2(size / least)));

export class AdapterRows {
  private readonly stacks: Stack[];
  /** What each tile of the stacks holds, those beyond the batch's included. */
  private written: Copied[] = [];
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

  /** Rows without an adapter get zeros. @returns the inputs, and sizes that vary. */
  feeds(rows: readonly Copied[]): AdapterInputs {
    const { height, tiles, places } = tiled(rows, this.written);
    const rank = powerFrom(LEAST_RANK, Math.max(1, ...rows.map((adapter) => adapter?.r ?? 0)));
    if (rank !== this.rank) this.reset(rank);
    if (tiles.length > this.room) this.grow(powerFrom(1, tiles.length));
    for (const [tile, adapter] of tiles.entries())
      if (tile >= this.written.length || this.written[tile] !== adapter) this.write(tile, adapter);
    const feeds = this.stacks.map(({ name, weights, width, data }): [string, Feed] => {
      const dims = [tiles.length, 1, weights.length, rank, width];
      return [
        name,
        {
          dims,
          data: data.subarray(
            0,
            dims.reduce((size, dim) => size * dim),
          ),
        },
      ];
    });
    const { tiles: tilesDim, height: heightDim, rank: rankDim } = adapterDims;
    return {
      feeds: { ...Object.fromEntries(feeds), ...placeFeeds(places, tiles.length, height) },
      sizes: { [tilesDim]: tiles.length, [heightDim]: height, [rankDim]: rank },
    };
  }

  private reset(rank: number): void {
    this.rank = rank;
    this.room = 0;
    this.written = [];
  }

  private grow(room: number): void {
    this.room = room;
    for (const stack of this.stacks) {
      const data = new Float32Array(room * stack.weights.length * this.rank * stack.width);
      if (this.written.length > 0) data.set(stack.data);
      stack.data = data;
    }
  }

  private write(tile: number, adapter: Copied): void {
    this.written[tile] = adapter;
    for (const { data, half, weights, width } of this.stacks) {
      const size = this.rank * width;
      for (const [i, weight] of weights.entries()) {
        const start = (tile * weights.length + i) * size;
        const values = adapter?.halves.get(weight)?.[half] ?? [];
        data.set(values, start);
        data.fill(0, start + values.length, start + size);
      }
    }
  }
}

function placeFeeds(places: readonly Place[], tiles: number, height: number): Feeds {
  const rows = new BigInt64Array(tiles * height);
  for (const [row, { tile, place }] of places.entries()) rows[tile * height + place] = BigInt(row);
  return {
    [adapterInputs.rows]: { dims: [tiles, height, 1, 1], data: rows },
    [adapterInputs.places]: {
      ...int64(places.flatMap(({ tile, place }) => [tile, place, 0, 0])),
      dims: [places.length, 4],
    },
  };
}

/** Nothing where no row has an adapter: a graph without any is run then. */
export const adaptersOf = (stacks: AdapterRows, rows: readonly Copied[]): Partial<AdapterInputs> =>
  rows.every((adapter) => adapter === undefined) ? {} : stacks.feeds(rows);
