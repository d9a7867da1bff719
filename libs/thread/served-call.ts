// A call as the thread sees it that takes it.

import { parentPort } from 'node:worker_threads';
import type { FromThread } from './protocol.js';

export const post = (message: FromThread, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...transfer]);

export class ServedCall<Event> {
  private readonly controller = new AbortController();
  private readonly moved: ArrayBuffer[] = [];
  private onReceived: (() => void) | undefined;

  constructor(readonly id: number) {}

  /** Aborted when the owner no longer wants the result. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What moves with the result in place of being copied. */
  get transfer(): readonly ArrayBuffer[] {
    return this.moved;
  }

  /** Tells the owner on the way, and goes on. */
  emit(event: Event): void {
    post({ type: 'event', id: this.id, event, waits: false });
  }

  /**
   * Tells the owner on the way, and waits until it has dealt with the event. One at a time.
   * @param transfer what moves with the event in place of being copied.
   * @throws the signal's reason
   */
  async deliver(event: Event, transfer: readonly ArrayBuffer[] = []): Promise<void> {
    const received = new Promise<void>((resolve) => {
      this.onReceived = resolve;
    });
    post({ type: 'event', id: this.id, event, waits: true }, transfer);
    await received;
    this.signal.throwIfAborted();
  }

  /** Lets these buffers of the result move in place of being copied. */
  move(buffers: readonly ArrayBuffer[]): void {
    this.moved.push(...buffers);
  }

  received(): void {
    this.onReceived?.();
  }

  cancel(): void {
    this.controller.abort();
  }
}
