// Pictures of several owners, looked at one after the other: owners take turns, and who has left waits
// no longer.

import { VisionBusyError } from './errors/vision-busy.error.js';

interface Waiter {
  readonly owner: string;
  begin(): void;
}

export class Turns {
  private waiting: Waiter[] = [];
  private isBusy = false;
  /** Who has had a turn, the longest ago first. */
  private served: string[] = [];

  /** @param most that wait at a time. */
  constructor(private readonly most: number) {}

  /** @throws VisionBusyError, the signal's reason while it waits, what `work` throws */
  async run<R>(owner: string, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    signal.throwIfAborted();
    if (this.isBusy) await this.wait(owner, signal);
    this.isBusy = true;
    try {
      return await work();
    } finally {
      this.next(owner);
    }
  }

  private wait(owner: string, signal: AbortSignal): Promise<void> {
    if (this.waiting.length >= this.most) throw new VisionBusyError(this.waiting.length);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.waiting = this.waiting.filter((one) => one !== waiter);
        reject(signal.reason as Error);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const waiter = { owner, begin };
      this.waiting.push(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The owner whose last turn is longest ago, and of its pictures the first. */
  private next(last: string): void {
    const asking = new Set(this.waiting.map(({ owner }) => owner));
    this.served = [...this.served.filter((name) => name !== last && asking.has(name)), last];
    const fresh = this.waiting.find(({ owner }) => !this.served.includes(owner));
    const owner = fresh?.owner ?? this.served.find((name) => asking.has(name));
    const head = this.waiting.find((one) => one.owner === owner);
    this.waiting = this.waiting.filter((one) => one !== head);
    this.isBusy = head !== undefined;
    head?.begin();
  }
}
