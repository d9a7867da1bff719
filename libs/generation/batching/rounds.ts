// What waits, by owner: owners take turns, and each owner's own go in the order they came. An owner
// with nothing left is forgotten.

export interface Owned {
  readonly id: number;
  /** On whose behalf; owners are told apart by it alone. */
  readonly owner: string;
}

export class Rounds<T extends Owned> {
  /** In the order of their turns. */
  private readonly byOwner = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.byOwner.size === 0;
  }

  /** The owner's own. */
  of(owner: string): readonly T[] {
    return this.byOwner.get(owner) ?? [];
  }

  /** A new owner comes last in the round. */
  add(one: T): void {
    const own = this.byOwner.get(one.owner);
    if (own) own.push(one);
    else this.byOwner.set(one.owner, [one]);
  }

  /** The first of the owner whose turn it is, among those that may have one. */
  next(may: (owner: string) => boolean = () => true): T | undefined {
    for (const [owner, [first]] of this.byOwner) if (may(owner)) return first;
    return undefined;
  }

  /** Its owner has had its turn. */
  pass({ owner }: T): void {
    const own = this.byOwner.get(owner);
    if (!own) return;
    this.byOwner.delete(owner);
    this.byOwner.set(owner, own);
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
