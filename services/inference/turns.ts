// Whose turn it is where few things at a time have room: who asks for one that has its turn joins
// it, who asks for another waits, and all that wait for one thing begin together.

import { hasShare } from './fair-share.js';

interface Turn {
  users: number;
  /** On the clock of `performance.now`. */
  readonly since: number;
}

interface Waiter {
  readonly key: string;
  begin(): void;
}

export interface TurnsOptions {
  /** Things that have their turn at a time. */
  readonly places: number;
  /** For how long a turn may be joined while others wait, in ms: beginning one costs. */
  readonly length: number;
  /** Who may not have all places. Absent: things are nobody's in particular. */
  ownerOf?(key: string): string;
}

export class Turns {
  private readonly running = new Map<string, Turn>();
  /** The longest waiting first. */
  private waiting: Waiter[] = [];
  private isPaused = false;

  constructor(private readonly options: TurnsOptions) {}

  isRunning(key: string): boolean {
    return this.running.has(key);
  }

  /** @returns what ends it, to be called once. @throws the signal's reason */
  async enter(key: string, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.isOpen(key)) this.begin(key);
    else await this.wait(key, signal);
    return () => this.leave(key);
  }

  /**
   * For who has another turn already: were it to wait, it could wait for itself.
   * @returns as enter; undefined where there is no room.
   */
  tryEnter(key: string): (() => void) | undefined {
    if (!this.running.has(key) && !this.isOpen(key)) return undefined;
    this.begin(key);
    return () => this.leave(key);
  }

  /** Until `resume`, turns end and none begins; young ones are still joined. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.next();
  }

  private isOpen(key: string): boolean {
    const turn = this.running.get(key);
    if (turn && performance.now() - turn.since < this.options.length) return true;
    return !this.isPaused && !this.isBehind(key) && this.hasRoom(key);
  }

  /** Whether someone waits who goes first: of another owner, only who has a share left. */
  private isBehind(key: string): boolean {
    const owner = this.ownerOf(key);
    return !!this.head() || this.waiting.some((one) => this.ownerOf(one.key) === owner);
  }

  private hasRoom(key: string): boolean {
    if (this.running.has(key)) return true;
    return this.running.size < this.options.places && !this.isHeldBack(key);
  }

  /** Whether there are places, but for others than its owner. */
  private isHeldBack(key: string): boolean {
    const free = this.options.places - this.running.size;
    if (!this.options.ownerOf || free <= 0 || this.running.has(key)) return false;
    const owner = this.ownerOf(key);
    const own = [...this.running.keys()].filter((other) => this.ownerOf(other) === owner);
    return !hasShare(own.length, free);
  }

  private ownerOf(key: string): string {
    return this.options.ownerOf?.(key) ?? '';
  }

  private begin(key: string): void {
    const turn = this.running.get(key) ?? { users: 0, since: performance.now() };
    turn.users++;
    this.running.set(key, turn);
  }

  private wait(key: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.waiting = this.waiting.filter((one) => one !== waiter);
        reject(signal?.reason as Error);
        this.next();
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const waiter = { key, begin };
      this.waiting.push(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  private leave(key: string): void {
    const turn = this.running.get(key);
    if (!turn || --turn.users > 0) return;
    this.running.delete(key);
    this.next();
  }

  private next(): void {
    for (let head = this.head(); head && this.hasRoom(head.key); head = this.head()) {
      const { key } = head;
      const begun = this.waiting.filter((one) => one.key === key);
      this.waiting = this.waiting.filter((one) => one.key !== key);
      for (const one of begun) {
        this.begin(key);
        one.begin();
      }
    }
  }

  /** The first who waits, but for those who are held back and what their owners ask after it. */
  private head(): Waiter | undefined {
    if (this.isPaused) return undefined;
    const held = new Set<string>();
    return this.waiting.find(({ key }) => {
      const owner = this.ownerOf(key);
      if (this.isHeldBack(key)) held.add(owner);
      return !held.has(owner);
    });
  }
}
