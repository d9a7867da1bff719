// Unwrapped keys, for a short while: a destroyed one is used by no process longer than that.

import { LRUCache } from 'lru-cache';

/** How long a process goes on with a key without asking whether it is still there, in ms. */
export const KEY_TTL = 30_000;
/** More than the longest list of a tenant's files. */
const MAX = 20_000;

export class KeyCache<K> {
  private readonly keys = new LRUCache<string, Promise<K>>({
    max: MAX,
    ttl: KEY_TTL,
    ttlAutopurge: true,
    ttlResolution: 0,
  });

  /** Its time runs from before it is loaded. What fails to load is not kept. */
  async get(name: string, load: () => Promise<K>): Promise<K> {
    const known = this.keys.get(name);
    if (known) return known;
    const loading = load();
    this.keys.set(name, loading);
    try {
      return await loading;
    } catch (error) {
      if (this.keys.peek(name) === loading) this.keys.delete(name);
      throw error;
    }
  }

  drop(name: string): void {
    this.keys.delete(name);
  }

  /** All whose names begin so. */
  dropAll(prefix: string): void {
    for (const name of this.keys.keys()) if (name.startsWith(prefix)) this.drop(name);
  }
}
