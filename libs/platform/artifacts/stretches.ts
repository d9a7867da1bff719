// Writes and reads rows in stretches (contracts/stretches.ts): who needs some of the rows reads their
// stretches alone.

import type { Stretch } from '#contracts/stretches.js';
import type { ArtifactSpace } from './artifact-store.js';

/** Everything that comes, in memory. */
export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Small enough that a shard parses little beside its own, large enough that a set has few. */
const ROWS = 256;
/** Characters from which a stretch is full with fewer rows: it is in memory as a whole. */
const FULL = 2 ** 20;

/**
 * Stores rows as they come, and says of each stretch where it is: who stops in the middle knows what
 * is stored. No more than one is in memory.
 */
export async function* writeStretches(
  store: ArtifactSpace,
  rows: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Stretch, void, void> {
  let lines: string[] = [];
  let size = 0;
  for await (const row of rows) {
    const line = lineOf(row);
    size += line.length;
    if (lines.push(line) < ROWS && size < FULL) continue;
    yield await writeLines(store, lines);
    [lines, size] = [[], 0];
  }
  if (lines.length > 0) yield await writeLines(store, lines);
}

/** @param rows at least one. */
export const writeStretch = (store: ArtifactSpace, rows: readonly unknown[]): Promise<Stretch> =>
  writeLines(store, rows.map(lineOf));

const lineOf = (row: unknown): string => `${JSON.stringify(row)}\n`;

const writeLines = async (store: ArtifactSpace, lines: readonly string[]): Promise<Stretch> => ({
  hash: await store.put(Buffer.from(lines.join(''))),
  rows: lines.length,
});

/**
 * Rows from `from` up to, not including, `to`. They are taken to be what was written: a store
 * checks its bytes by their address.
 * @throws ArtifactNotFoundError, CorruptArtifactError
 */
export async function* readStretches<T>(
  store: ArtifactSpace,
  stretches: readonly Stretch[],
  from = 0,
  to = Infinity,
): AsyncGenerator<T, void, void> {
  let start = 0;
  for (const { hash, rows } of stretches) {
    const [first, last] = [Math.max(from - start, 0), Math.min(to - start, rows)];
    if (first < last) yield* parseLines<T>(await store.get(hash), first, last);
    start += rows;
  }
}

const NEWLINE = 0x0a;

/** Lines that nobody asked for are passed over, not parsed. */
function* parseLines<T>(bytes: Buffer, first: number, last: number): Generator<T, void, void> {
  let at = 0;
  for (let line = 0; line < last; line++) {
    const end = bytes.indexOf(NEWLINE, at);
    if (line >= first) yield JSON.parse(bytes.toString('utf8', at, end)) as T;
    at = end + 1;
  }
}
