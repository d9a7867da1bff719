// Waits for what a cluster comes to by itself.

import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 500;

/**
 * @param every ms between two looks.
 * @param look errors count as "not yet": the API server may be away.
 * @returns what was found, and after how many seconds.
 * @throws Error where nothing is found in time.
 */
export async function until<T>(
  what: string,
  ms: number,
  look: () => Promise<T | undefined>,
  every = LOOK_MS,
): Promise<{ found: T; seconds: number }> {
  const started = performance.now();
  let trouble = '';
  while (performance.now() - started < ms) {
    try {
      const found = await look();
      if (found !== undefined) return { found, seconds: secondsSince(started) };
    } catch (error) {
      trouble = `: ${String(error).slice(0, 400)}`;
    }
    await sleep(every);
  }
  throw new Error(`${what}: not within ${ms / 1000} s${trouble}`);
}

export const secondsBetween = (started: number, ended: number): number =>
  Math.round((ended - started) / 100) / 10;

export const secondsSince = (started: number): number => secondsBetween(started, performance.now());

/** @throws Error where the work has not ended in time: nobody waits for it any more. */
export async function within<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = sleep(ms, undefined, { signal: ended.signal }).then(() => {
    throw new LateError(`${what}: not within ${ms / 1000} s`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}

export class LateError extends Error {}
