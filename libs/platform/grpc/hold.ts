// Calls that wait for a replica: a pool that is scaled to zero has none until somebody asks for one.

import { setTimeout as delay } from 'node:timers/promises';

/** Between two looks, in ms. */
const LOOK = 500;
/** Calls of one process that wait for one pool; the next fails at once, as without a hold. */
const MOST = 1000;

export class Hold {
  private waiting = 0;
  private looking: Promise<void> | undefined;

  /**
   * @param serves whether there is a replica that does.
   * @param told how many calls wait, whenever that changes.
   */
  constructor(
    private readonly serves: () => Promise<boolean>,
    private readonly told: (waiting: number) => void,
  ) {
    told(0);
  }

  /**
   * Until a replica serves, at most.
   * @param most in ms.
   * @returns how long it was, in ms.
   */
  async wait(most: number, signal: AbortSignal | undefined): Promise<number> {
    if (this.waiting >= MOST || signal?.aborted) return 0;
    const started = performance.now();
    const over = new AbortController();
    const isOver = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
    this.add(1);
    try {
      await Promise.race([this.arrival(), delay(most, undefined, { signal: isOver })]);
    } catch {
      // Who hangs up waits for nobody.
    } finally {
      over.abort();
      this.add(-1);
    }
    return performance.now() - started;
  }

  private add(calls: number): void {
    this.waiting += calls;
    this.told(this.waiting);
  }

  /** One look serves all that wait. */
  private arrival(): Promise<void> {
    this.looking ??= this.look().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async look(): Promise<void> {
    while (this.waiting > 0 && !(await this.serves().catch(() => false))) await delay(LOOK);
  }
}
