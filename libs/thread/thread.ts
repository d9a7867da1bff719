// A worker thread as its owner sees it: something to call.

import { Worker } from 'node:worker_threads';
import { revive } from '#failure/failure-data.js';
import type { Failure } from '#failure/failure.js';
import type { CallName, FromThread, Protocol, ToThread } from './protocol.js';
import { ThreadEndedError } from './thread-ended.error.js';

export interface CallOptions<Event> {
  /** Its abort rejects the call at once with its reason, and tells the thread to stop. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Where the thread waits with an event, it goes on when the promise is fulfilled. What it throws
   * ends the call.
   */
  readonly onEvent?: (event: Event) => void | Promise<void>;
}

interface Pending {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
  onEvent?(event: unknown): void | Promise<void>;
  /** Lets go of the signal. */
  release?(): void;
}

/** The thread's start is a call that nobody makes. */
const START = 0;

/**
 * Failures come out of the thread with their class. Once the thread is gone, or where it could not
 * start, every call fails with the reason. An idle thread does not keep the process alive.
 */
export class Thread<P extends Protocol> {
  /** Rejects with the reason where the thread cannot start. Calls need not wait for it. */
  readonly ready: Promise<void>;
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private readonly pending = new Map<number, Pending>();
  private lastId = START;
  private ended: Failure | undefined;

  /**
   * Starts the thread at once.
   * @param file a module that calls `serve`.
   * @param name as in "the training thread ended with code 1".
   */
  constructor(
    file: URL,
    private readonly name: string,
    start: P['start'],
  ) {
    this.worker = new Worker(file, { workerData: start, name });
    this.ready = new Promise((resolve, reject) =>
      this.pending.set(START, { resolve: () => resolve(), reject }),
    );
    // Who does not wait for it hears of it by the calls.
    this.ready.catch(() => {});
    this.exited = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.worker.on('message', (message: FromThread) => this.receive(message));
    this.worker.on('error', (error) => this.end(this.ending('failed', error)));
    this.worker.on('exit', (code) => this.end(this.ending(`ended with code ${code}`)));
  }

  /** True once the thread answers nothing any more. */
  get hasEnded(): boolean {
    return this.ended !== undefined;
  }

  call<N extends CallName<P>>(
    name: N,
    input: P['calls'][N]['input'],
    { signal, onEvent }: CallOptions<P['calls'][N]['event']> = {},
  ): Promise<P['calls'][N]['result']> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.ended) throw this.ended;
      const id = ++this.lastId;
      this.post({ type: 'call', id, name, input });
      const abort = (): void => this.leave(id, signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const release = (): void => signal?.removeEventListener('abort', abort);
      this.pending.set(id, { resolve, reject, onEvent, release });
      this.worker.ref();
    });
  }

  /** Fails the calls under way, and resolves when the thread has left its work and is gone. */
  async close(): Promise<void> {
    this.end(this.ending('was closed'));
    this.worker.ref();
    this.post({ type: 'close' });
    await this.exited;
  }

  private post(message: ToThread): void {
    this.worker.postMessage(message, []);
  }

  private receive(message: FromThread): void {
    switch (message.type) {
      case 'ready':
        return this.settle(START)?.resolve(undefined);
      case 'broken':
        return this.end(revive(message.failure));
      case 'event':
        return void this.tell(message);
      case 'result':
        return this.settle(message.id)?.resolve(message.result);
      case 'failed':
        return this.settle(message.id)?.reject(revive(message.failure));
    }
  }

  private async tell({ id, event, waits }: FromThread & { type: 'event' }): Promise<void> {
    try {
      await this.pending.get(id)?.onEvent?.(event);
    } catch (error) {
      this.leave(id, error);
    }
    if (waits) this.post({ type: 'received', id });
  }

  private leave(id: number, reason: unknown): void {
    this.post({ type: 'cancel', id });
    this.settle(id)?.reject(reason);
  }

  /** @returns the call, which is no longer pending; undefined for one that was left. */
  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.release?.();
    if (this.pending.size === 0) this.worker.unref();
    return pending;
  }

  private end(failure: Failure): void {
    this.ended ??= failure;
    for (const id of this.pending.keys()) this.settle(id)?.reject(this.ended);
  }

  private ending(how: string, cause?: Error): ThreadEndedError {
    const sentence = `the ${this.name} thread ${how}`;
    const message = cause ? `${sentence}: ${cause.message}` : sentence;
    return new ThreadEndedError(message, { publicMessage: sentence, cause });
  }
}
