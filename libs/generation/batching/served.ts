// How much each owner has been served, in tokens: next is always who has had the least (the virtual
// token counter; Sheng et al., Fairness in Serving Large Language Models, 2024).

import type { Owned } from './owned.js';

/** A token of an answer takes a step of its own, those of a prompt are read together. */
export const COST = { read: 1, said: 2 };

export class Served {
  /** Of those who are being served, and of those who have had more than the least of them. */
  private readonly had = new Map<string, number>();
  /** Requests that wait or run: their owners, by id. */
  private readonly open = new Map<number, string>();

  /** @returns what the owner has had, from when anybody was last served on. */
  of(owner: string): number {
    return this.had.get(owner) ?? 0;
  }

  /** Who comes anew has had as much as who has had the least: nobody saves up for later. */
  enter({ id, owner }: Owned): void {
    this.had.set(owner, Math.max(this.of(owner), this.least()));
    this.open.set(id, owner);
  }

  charge(owner: string, cost: number): void {
    this.had.set(owner, this.of(owner) + cost);
  }

  /** To be called when a request is over; it may be called again. */
  leave(id: number): void {
    if (!this.open.delete(id)) return;
    const [serving, least] = [new Set(this.open.values()), this.least()];
    for (const [owner, had] of this.had)
      if (serving.size === 0 || (!serving.has(owner) && had <= least)) this.had.delete(owner);
  }

  private least(): number {
    const serving = [...new Set(this.open.values())];
    return serving.length === 0 ? 0 : Math.min(...serving.map((owner) => this.of(owner)));
  }
}
