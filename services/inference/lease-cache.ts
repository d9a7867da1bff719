// Things that are costly to load, at most so many at once; the least recently used makes room,
// never one in use.

import { AllInUseError } from './errors/all-in-use.error.js';
import { hasShare } from './fair-share.js';

export interface Lease<T> {
  readonly value: T;
  /** To be called once, when the value is no longer used. */
  release(): void;
}

export interface LeaseCacheOptions<T> {
  readonly capacity: number;
  load(key: string): Promise<T>;
  dispose(value: T, key: string): Promise<void> | void;
  /** False for a value that has died meanwhile: it is loaded again. */
  isAlive?(value: T): boolean;
  /** Who may not have all of them in use at once. */
  ownerOf?(key: string): string;
}

interface Entry<T> {
  readonly loading: Promise<T>;
  loaded?: T;
  users: number;
}

export class LeaseCache<T> {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly options: LeaseCacheOptions<T>) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * Loads the value unless it is there; callers at the same time share one load.
   * @throws AllInUseError, what `load` throws
   */
  async acquire(key: string): Promise<Lease<T>> {
    this.checkShare(key);
    const entry = this.find(key) ?? this.create(key);
    this.entries.delete(key);
    this.entries.set(key, entry);
    entry.users++;
    try {
      return { value: await entry.loading, release: () => void entry.users-- };
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }

  /** Disposes of a value, used or not. */
  async drop(key: string): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    await this.options.dispose(await entry.loading, key);
  }

  /** Disposes of everything, used or not. */
  async clear(): Promise<void> {
    const entries = [...this.entries];
    this.entries.clear();
    for (const [key, { loading }] of entries) {
      const value = await loading.catch(() => undefined);
      if (value !== undefined) await this.options.dispose(value, key);
    }
  }

  /** What is not in use would make room: it counts as free. */
  private checkShare(key: string): void {
    const { ownerOf, capacity } = this.options;
    if (!ownerOf || (this.entries.get(key)?.users ?? 0) > 0) return;
    const used = [...this.entries].filter(([, { users }]) => users > 0);
    const own = used.filter(([other]) => ownerOf(other) === ownerOf(key));
    const free = capacity - used.length;
    if (free > 0 && !hasShare(own.length, free))
      throw new AllInUseError(
        `${own.length} of ${capacity} are in use for you, as many as one may have now`,
      );
  }

  private find(key: string): Entry<T> | undefined {
    const entry = this.entries.get(key);
    if (entry?.loaded === undefined || (this.options.isAlive?.(entry.loaded) ?? true)) return entry;
    this.entries.delete(key);
    return undefined;
  }

  private create(key: string): Entry<T> {
    const gone = this.entries.size < this.options.capacity ? Promise.resolve() : this.evict();
    const entry: Entry<T> = { loading: gone.then(() => this.options.load(key)), users: 0 };
    entry.loading.then(
      (value) => (entry.loaded = value),
      () => {},
    );
    return entry;
  }

  /** What makes room is gone before its successor is loaded: both at once might not fit. */
  private async evict(): Promise<void> {
    const idle = [...this.entries].find(([, { users }]) => users === 0);
    if (!idle) throw new AllInUseError(`all ${this.options.capacity} are in use`);
    const [key, entry] = idle;
    this.entries.delete(key);
    await this.options.dispose(await entry.loading, key);
  }
}
