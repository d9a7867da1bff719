// Writes and reads rows in stretches (contracts/stretches.ts): who needs some of the rows reads their
// stretches alone.
import type { Stretch } from '#contracts/stretches.js';
import type { TenantStore } from './artifact-store.js';

/** Small enough that a shard parses little beside its own, large enough that a set has few. */
const ROWS = 256;

/** Stores rows as they come; no more than one stretch is in memory. */
export async function writeStretches(
  store: TenantStore,
  rows: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  let pending: unknown[] = [];
  const flush = async (): Promise<void> => {
    if (pending.length > 0) stretches.push(await writeStretch(store, pending));
    pending = [];
  };
  for await (const row of rows) {
    pending.push(row);
    if (pending.length === ROWS) await flush();
  }
  await flush();
  return stretches;
}

/** @param rows at least one. */
export async function writeStretch(store: TenantStore, rows: readonly unknown[]): Promise<Stretch> {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  return { hash: await store.put(Buffer.from(lines.join(''))), rows: rows.length };
}

/**
 * Rows from `from` up to, not including, `to`. They are taken to be what was written: a store
 * checks its bytes by their address.
 * @throws ArtifactNotFoundError, CorruptArtifactError
 */
export async function* readStretches<T>(
  store: TenantStore,
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

/** All of them at once: for sets that are kept in memory anyway. */
export async function collectStretches<T>(
  store: TenantStore,
  stretches: readonly Stretch[],
): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of readStretches<T>(store, stretches)) rows.push(row);
  return rows;
}
