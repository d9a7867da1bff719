// Which rows of a batch share a copy of their adapter. A tile is a copy with places for as many rows
// as it is high; every tile of a batch has the same height.

import { grouped } from '#collections/grouped.js';
import { item } from '#collections/items.js';

export interface Place {
  readonly tile: number;
  /** Below the height. */
  readonly place: number;
}

export interface Tiling<A> {
  readonly height: number;
  /** What each one holds: an adapter, or zeros. */
  readonly tiles: readonly (A | undefined)[];
  /** Of each row. */
  readonly places: readonly Place[];
}

/**
 * What reading a copy from memory takes, in products of a row by one that lies in the cache:
 * measured with rank 8.
 */
const READING = 2;

/**
 * Rows without an adapter share one place, whose copy is of zeros. Of several rows no tile is the
 * only one: onnxruntime would make one product of them, summed in another order than a row's own.
 * @param held what tiles hold already: it stays where it is.
 */
export function tiled<A>(
  rows: readonly (A | undefined)[],
  held: readonly (A | undefined)[],
): Tiling<A> {
  const groups = grouped([...rows.entries()], ([, adapter]) => adapter);
  const height = bestHeight(groups);
  const tiles = arranged(needed(groups, height), held);
  const places: Place[] = [];
  for (const [adapter, own] of groups) {
    const copies = [...tiles.keys()].filter((tile) => tiles[tile] === adapter);
    for (const [i, [row]] of own.entries()) {
      const at = adapter === undefined ? 0 : i;
      places[row] = { tile: item(copies, Math.floor(at / height)), place: at % height };
    }
  }
  return { height, tiles, places };
}

type Groups<A> = ReadonlyMap<A | undefined, readonly unknown[]>;

/** The power of two by which all tiles take the least time. */
function bestHeight<A>(groups: Groups<A>): number {
  const most = Math.max(...Array.from(groups.values(), ({ length }) => length));
  const heights = Array.from({ length: 1 + Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i);
  const cost = (height: number): number => needed(groups, height).length * (READING + height);
  return heights.reduce((best, height) => (cost(height) < cost(best) ? height : best));
}

function needed<A>(groups: Groups<A>, height: number): (A | undefined)[] {
  const tiles = [...groups].flatMap(([adapter, { length }]) =>
    Array.from({ length: adapter ? Math.ceil(length / height) : 1 }, () => adapter),
  );
  return tiles.length === 1 && height > 1 ? [...tiles, undefined] : tiles;
}

/** In places where they are already, as far as they are. */
function arranged<A>(tiles: readonly A[], held: readonly A[]): A[] {
  const rest = [...tiles];
  const kept = held.slice(0, tiles.length).map((one) => {
    const at = rest.indexOf(one);
    return at < 0 ? [] : rest.splice(at, 1);
  });
  return tiles.flatMap((_, tile) => (kept[tile]?.length ? kept[tile] : rest.splice(0, 1)));
}
