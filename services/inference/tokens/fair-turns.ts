// Work of several owners on one thread, piece by piece: next is always the owner who has had the
// least time (start-time fair queueing; Goyal, Vin and Cheng, 1996).

import { setImmediate } from 'node:timers/promises';

interface Owner {
  /** Time that it has had, counted from when the thread last was idle, in ms. */
  had: number;
  readonly waiting: (() => void)[];
}

export class FairTurns {
  /** Those who wait, and those who have had more than who is next. */
  private readonly owners = new Map<string, Owner>();
  /** What the last one had before its turn: who comes anew has had as much. */
  private least = 0;
  private isServing = false;

  /** Runs the work, which must not wait for anything, in the owner's turn. */
  async run<R>(name: string, work: () => R): Promise<R> {
    const owner = this.ownerOf(name);
    await this.turnOf(owner);
    const start = performance.now();
    try {
      return work();
    } finally {
      owner.had += performance.now() - start;
    }
  }

  private ownerOf(name: string): Owner {
    const owner = this.owners.get(name) ?? { had: this.least, waiting: [] };
    this.owners.set(name, owner);
    return owner;
  }

  private turnOf({ waiting }: Owner): Promise<void> {
    return new Promise((resolve) => {
      waiting.push(resolve);
      if (!this.isServing) void this.serve();
    });
  }

  /** Between two turns, the thread hears of new work and of cancels. */
  private async serve(): Promise<void> {
    this.isServing = true;
    for (await setImmediate(); this.next(); await setImmediate());
    this.isServing = false;
  }

  /** @returns false where nobody waits. */
  private next(): boolean {
    const waiting = [...this.owners.values()].filter((owner) => owner.waiting.length > 0);
    if (waiting.length === 0) {
      this.owners.clear();
      this.least = 0;
      return false;
    }
    const owner = waiting.reduce((least, one) => (one.had < least.had ? one : least));
    this.least = owner.had;
    for (const [name, { had, waiting: theirs }] of this.owners)
      if (theirs.length === 0 && had <= this.least) this.owners.delete(name);
    owner.waiting.shift()?.();
    return true;
  }
}
