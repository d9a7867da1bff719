// Requests that are sent again until they are answered, as a careful client does; what came instead
// of answers is counted.

import { setTimeout as sleep } from 'node:timers/promises';
import { APIError } from 'openai';
import { isOutage } from '#client/follow.js';

const PAUSE_MS = 500;
/** What says "later". All else of 5xx says that something is wrong. */
const later = new Set([429, 503, 504]);

export class Patience {
  /** By status, or `no answer`. */
  readonly refused = new Map<string, number>();
  /** Answers that no client should get, whatever is down. */
  readonly wrong: string[] = [];

  /** @param deadline ends the patience. */
  constructor(readonly deadline: AbortSignal) {}

  /** @throws what is no outage; the deadline's reason. */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      this.deadline.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (!this.isWorthAnother(error)) throw error;
      }
      await sleep(PAUSE_MS);
    }
  }

  private isWorthAnother(error: unknown): boolean {
    const status = error instanceof APIError ? (error as APIError).status : undefined;
    const name = String(status ?? 'no answer');
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
    if (status !== undefined && !later.has(status)) this.wrong.push((error as Error).message);
    return isOutage(error) || status === 429;
  }
}
