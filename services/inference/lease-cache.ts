// Things that are costly to load, at most so many and so many bytes at once; the least recently used
// makes room, never one in use: who finds no room waits for it.

import { BusyError } from './errors/busy.error.js';
import { Turns } from './turns.js';

export interface Lease<T> {
  readonly value: T;
  /** To be called once, when the value is no longer used. */
  release(): void;
}

export interface LeaseCacheOptions<T> {
  readonly capacity: number;
  /** Of all values together. Absent: they are counted alone. */
  readonly maxBytes?: number;
  /** For how long what is in use goes to further callers while others wait for room, in ms. */
  readonly turnMs: number;
  /** @param fit to be awaited before so many bytes are taken. */
  load(key: string, fit: (bytes: number) => Promise<void>): Promise<T>;
  dispose(value: T, key: string): Promise<void> | void;
  /** False for a value that has died meanwhile: it is loaded again. */
  isAlive?(value: T): boolean;
  /** Who may not have all of them in use at once. */
  ownerOf?(key: string): string;
}

interface Entry<T> {
  readonly loading: Promise<T>;
  loaded?: T;
  bytes: number;
}

export class LeaseCache<T> {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry<T>>();
  private readonly turns: Turns;
  /** Of all entries, until they are disposed of. */
  private bytes = 0;
  /** Ends when all that asked for bytes so far have theirs. */
  private fitted: Promise<unknown> = Promise.resolve();
  private onIdle: (() => void) | undefined;

  constructor(private readonly options: LeaseCacheOptions<T>) {
    const { capacity: places, turnMs: length, ownerOf } = options;
    this.turns = new Turns({ places, length, ...(ownerOf ? { ownerOf } : {}) });
  }

  get size(): number {
    return this.entries.size;
  }

  /** Of all values, those that are on their way out included. */
  get bytesTaken(): number {
    return this.bytes;
  }

  holds(key: string): boolean {
    return this.entries.get(key)?.loaded !== undefined;
  }

  /** Of all values, those included that are being loaded. */
  keys(): Iterable<string> {
    return this.entries.keys();
  }

  /** What is there, by key. */
  *loaded(): Generator<readonly [key: string, value: T], void, void> {
    for (const [key, { loaded }] of this.entries) if (loaded !== undefined) yield [key, loaded];
  }

  /**
   * Loads the value unless it is there; callers at the same time share one load.
   * @throws the signal's reason, what `load` throws
   */
  async acquire(key: string, signal?: AbortSignal): Promise<Lease<T>> {
    return this.lease(key, await this.turns.enter(key, signal), true, signal);
  }

  /**
   * The same for who holds another lease, which others may wait for: it waits for nobody.
   * @throws BusyError, what `acquire` throws
   */
  async acquireBeside(key: string, signal?: AbortSignal): Promise<Lease<T>> {
    const leave = this.turns.tryEnter(key);
    if (!leave) throw noRoom();
    return this.lease(key, leave, false, signal);
  }

  private async lease(
    key: string,
    leave: () => void,
    mayWait: boolean,
    signal?: AbortSignal,
  ): Promise<Lease<T>> {
    const release = (): void => {
      leave();
      this.onIdle?.();
    };
    try {
      const entry = this.find(key) ?? this.create(key, mayWait);
      this.entries.delete(key);
      this.entries.set(key, entry);
      return { value: await unlessAborted(entry.loading, signal), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Disposes of a value, used or not. */
  async drop(key: string): Promise<void> {
    const entry = this.entries.get(key);
    if (entry) await this.remove(key, entry);
  }

  /** Disposes of everything, used or not. */
  async clear(): Promise<void> {
    for (const [key, entry] of this.entries) await this.remove(key, entry);
  }

  private find(key: string): Entry<T> | undefined {
    const entry = this.entries.get(key);
    if (entry?.loaded === undefined || (this.options.isAlive?.(entry.loaded) ?? true)) return entry;
    this.forget(key, entry);
    return undefined;
  }

  private create(key: string, mayWait: boolean): Entry<T> {
    const gone = this.entries.size < this.options.capacity ? undefined : this.evict(() => true);
    const fit = async (bytes: number): Promise<void> => {
      await this.fit(bytes, mayWait);
      entry.bytes = bytes;
    };
    const load = async (): Promise<T> => {
      await gone;
      return this.options.load(key, fit);
    };
    const entry: Entry<T> = { loading: load(), bytes: 0 };
    entry.loading.then(
      (value) => (entry.loaded = value),
      () => this.forget(key, entry),
    );
    return entry;
  }

  /**
   * Makes room for so many bytes, in the order of those who ask. While it lasts no turn begins, so
   * that what is in use comes to its end.
   */
  private fit(bytes: number, mayWait: boolean): Promise<void> {
    const { maxBytes = Infinity } = this.options;
    if (bytes > maxBytes) throw new RangeError(`${bytes} of ${maxBytes} bytes`);
    const fitting = this.fitted.then(async () => {
      this.turns.pause();
      try {
        while (this.bytes + bytes > maxBytes)
          await (this.evict((entry) => entry.bytes > 0) ?? this.someIdle(mayWait));
        this.bytes += bytes;
      } finally {
        this.turns.resume();
      }
    });
    this.fitted = fitting.catch(() => undefined);
    return fitting;
  }

  private someIdle(mayWait: boolean): Promise<void> {
    if (!mayWait) throw noRoom();
    return new Promise((resolve) => (this.onIdle = resolve));
  }

  /**
   * What makes room is gone before its successor is loaded: both at once might not fit.
   * @returns undefined where all are in use.
   */
  private evict(may: (entry: Entry<T>) => boolean): Promise<void> | undefined {
    const idle = [...this.entries].find(([key, entry]) => !this.turns.isRunning(key) && may(entry));
    return idle && this.remove(...idle);
  }

  private async remove(key: string, entry: Entry<T>): Promise<void> {
    this.entries.delete(key);
    const value = await entry.loading.catch(() => undefined);
    if (value !== undefined) await this.options.dispose(value, key);
    this.giveBack(entry);
  }

  /** What failed to load or has died: there is nothing to dispose of. */
  private forget(key: string, entry: Entry<T>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
    this.giveBack(entry);
  }

  private giveBack(entry: Entry<T>): void {
    this.bytes -= entry.bytes;
    entry.bytes = 0;
    this.onIdle?.();
  }
}

const noRoom = (): BusyError =>
  new BusyError('other models of the call have left no room for one more; try again soon');

/** @throws the signal's reason, while the promise goes on. */
async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  const left = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: left.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    left.abort();
  }
}
