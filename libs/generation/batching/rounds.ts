// What waits, by owner: next is the owner who has been served the least, and each owner's own go in
// the order they came. An owner with nothing left is forgotten.

import type { Owned } from './owned.js';
import type { Served } from './served.js';

export class Rounds<T extends Owned> {
  /** In the order in which they came. */
  private readonly byOwner = new Map<string, T[]>();

  constructor(private readonly served: Served) {}

  get isEmpty(): boolean {
    return this.byOwner.size === 0;
  }

  /** The owner's own. */
  of(owner: string): readonly T[] {
    return this.byOwner.get(owner) ?? [];
  }

  add(one: T): void {
    const own = this.byOwner.get(one.owner);
    if (own) own.push(one);
    else this.byOwner.set(one.owner, [one]);
  }

  /** Before the owner's others, but for those that stay first. */
  addFirst(one: T, staysFirst: (other: T) => boolean = () => false): void {
    const others = this.of(one.owner);
    const first = others.filter((other) => staysFirst(other));
    const behind = others.filter((other) => !staysFirst(other));
    this.byOwner.set(one.owner, [...first, one, ...behind]);
  }

  /** The first of the owner who has been served the least, among the owners' first that may be. */
  next(may: (one: T) => boolean = () => true): T | undefined {
    let least: T | undefined;
    for (const [owner, [first]] of this.byOwner)
      if (first && may(first) && !(least && this.served.of(least.owner) <= this.served.of(owner)))
        least = first;
    return least;
  }

  remove(id: number): void {
    for (const [owner, own] of this.byOwner) {
      const at = own.findIndex((one) => one.id === id);
      if (at < 0) continue;
      own.splice(at, 1);
      if (own.length === 0) this.byOwner.delete(owner);
      return;
    }
  }
}
