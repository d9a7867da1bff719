// Which token is where, in rows that share their beginnings.

import { zip } from '#collections/zip.js';

/**
 * Tokens that rows have in common are read once.
 * @param lengths tokens of each row.
 * @param shared how many of a row's first tokens are those of the row before it.
 * @returns for each place of each row, the index of its token among all that are read.
 */
export function tokenPlaces(lengths: readonly number[], shared: readonly number[]): number[][] {
  let [read, before]: [number, number[]] = [0, []];
  return zip(lengths, shared).map(([length, common]) => {
    const own = Array.from({ length: length - common }, (_, i) => read + i);
    read += own.length;
    return (before = [...before.slice(0, common), ...own]);
  });
}
