// How often a call moves to another server, and when: one that ends takes its calls with it.

import { status } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { RpcError } from './rpc-error.js';

/**
 * Before each move, in ms. The first is at once, to a server that is there; the others give one the time
 * to be noticed as gone. A call that ends its servers itself ends no more of them than these.
 */
const PAUSES = [0, 100, 400];

export class Moves {
  private made = 0;

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** Waits until the call may move. @throws the error where it may not */
  async next(error: unknown): Promise<void> {
    const pause = PAUSES[this.made++];
    if (pause === undefined || !isLoss(error)) throw error;
    await delay(pause, undefined, { signal: this.signal }).catch(() => {
      throw error;
    });
  }
}

/** Whether the server is gone: what another failed to do, the next would fail to do as well. */
const isLoss = (error: unknown): boolean =>
  RpcError.isInstance(error) && error.code === status.UNAVAILABLE && !error.permanent;
