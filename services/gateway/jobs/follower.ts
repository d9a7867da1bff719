// One who waits for a history to grow.

import { once } from 'node:events';

export class Follower {
  /** Number of the last event that was read. */
  seen = 0;
  private readonly bell = new EventTarget();
  private woken = false;

  wake(): void {
    this.woken = true;
    this.bell.dispatchEvent(new Event('wake'));
  }

  /**
   * Resolves at the first wake since it last did, or when the signal is aborted.
   * @param ms longest wait.
   * @returns whether it was woken.
   */
  async next(ms: number, signal: AbortSignal): Promise<boolean> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    if (!this.woken) await once(this.bell, 'wake', { signal: limit }).catch(() => undefined);
    const { woken } = this;
    this.woken = false;
    return woken;
  }
}
