// The write-ahead log of an embedded database, which by itself keeps what deleted rows said until it
// has grown by a gigabyte.

import type { PGlite } from '@electric-sql/pglite';
import type { Logger } from '#platform/log/logger.js';

/** How often it is trimmed, in ms. */
export const TRIM_MS = 600_000;

/** For the server: what is no longer needed is deleted, not kept to be written over. */
export const logParams = ['-c', 'wal_recycle=off', '-c', 'wal_init_zero=off'];

/** What was written before goes: it is in the tables' files then. */
export async function trimLog(server: PGlite): Promise<void> {
  await server.query('SELECT pg_switch_wal()');
  await server.exec('CHECKPOINT');
}

/** @returns what ends it. */
export function keepTrimmed(server: PGlite, log: Logger): () => void {
  const tryTrim = () =>
    trimLog(server).catch((err: unknown) =>
      log.warn({ err }, "the database's log is trimmed later"),
    );
  const timer = setInterval(() => void tryTrim(), TRIM_MS);
  timer.unref();
  return () => clearInterval(timer);
}
