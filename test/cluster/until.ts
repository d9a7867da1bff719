// Waits for what a cluster comes to by itself.

import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 500;

/**
 * @param look errors count as "not yet": the API server may be away.
 * @returns what was found, and after how many seconds.
 * @throws Error where nothing is found in time.
 */
export async function until<T>(
  what: string,
  ms: number,
  look: () => Promise<T | undefined>,
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
    await sleep(LOOK_MS);
  }
  throw new Error(`${what}: not within ${ms / 1000} s${trouble}`);
}

export const secondsSince = (started: number): number =>
  Math.round((performance.now() - started) / 100) / 10;
