// The attempts at one call: its deadline, how often it moves to another server, and its wait for one
// where there is none.

import { type CallOptions, status } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import type { InferencePool } from './inference-pool.js';
import { RpcError } from './rpc-error.js';

/**
 * Before each move, in ms. The first is at once, to a server that is there; the others give one the time
 * to be noticed as gone. A call that ends its servers itself ends no more of them than these.
 */
const PAUSES = [0, 100, 400];

export class Attempts {
  private made = 0;
  private held = 0;
  private readonly began = Date.now();

  /** @param timeout of the whole call, in ms; what it is held for a replica to come is beside that. */
  constructor(
    private readonly pool: InferencePool,
    private readonly timeout: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Waits until there is a server to ask, as long as calls are held for one. */
  async next(): Promise<CallOptions> {
    this.held += await this.pool.arrival(this.held, this.signal);
    return { deadline: this.began + this.timeout + this.held };
  }

  /** Waits until the call may move. @throws the error where it may not */
  async after(error: unknown): Promise<void> {
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
