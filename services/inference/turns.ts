// Whose turn it is where few things at a time have room: who asks for one that has its turn joins
// it, who asks for another waits, and all that wait for one thing begin together.

interface Turn {
  users: number;
  /** On the clock of `performance.now`. */
  readonly since: number;
}

interface Waiter {
  readonly key: string;
  begin(): void;
}

export class Turns {
  private readonly running = new Map<string, Turn>();
  /** The longest waiting first. */
  private waiting: Waiter[] = [];

  /**
   * @param places things that have their turn at a time.
   * @param length for how long a turn may be joined while others wait, in ms: beginning one costs.
   */
  constructor(
    private readonly places: number,
    private readonly length: number,
  ) {}

  /** @returns what ends it, to be called once. @throws the signal's reason */
  async enter(key: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.isOpen(key)) this.begin(key);
    else await this.wait(key, signal);
    return () => this.leave(key);
  }

  private isOpen(key: string): boolean {
    if (this.waiting.length === 0) return this.hasRoom(key);
    const turn = this.running.get(key);
    return turn !== undefined && performance.now() - turn.since < this.length;
  }

  private hasRoom(key: string): boolean {
    return this.running.has(key) || this.running.size < this.places;
  }

  private begin(key: string): void {
    const turn = this.running.get(key) ?? { users: 0, since: performance.now() };
    turn.users++;
    this.running.set(key, turn);
  }

  private wait(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((begin, reject) => {
      const waiter = { key, begin };
      this.waiting.push(waiter);
      const abort = (): void => {
        if (!this.waiting.includes(waiter)) return;
        this.waiting = this.waiting.filter((one) => one !== waiter);
        reject(signal.reason as Error);
        this.next();
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  private leave(key: string): void {
    const turn = this.running.get(key);
    if (!turn || --turn.users > 0) return;
    this.running.delete(key);
    this.next();
  }

  private next(): void {
    const [head] = this.waiting;
    if (!head || !this.hasRoom(head.key)) return;
    const begun = this.waiting.filter(({ key }) => key === head.key);
    this.waiting = this.waiting.filter(({ key }) => key !== head.key);
    for (const { key, begin } of begun) {
      this.begin(key);
      begin();
    }
    this.next();
  }
}
