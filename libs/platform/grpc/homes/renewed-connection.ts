// A connection to a replica that another takes the place of while it is young. A server ends old
// ones, and grpc-js then cuts off the calls on them at its next ping, whichever side pings
// (grpc-node#3068): so new calls leave a connection long before.

import { connectivityState as states, type experimental } from '@grpc/grpc-js';

export type Leaf = experimental.LeafLoadBalancer;

export class RenewedConnection {
  private turn = 0;
  private now: Leaf;
  private next: Leaf | undefined;

  /** @param connect makes a connection that is not shared with those of other turns. */
  constructor(private readonly connect: (turn: number) => Leaf) {
    this.now = connect(this.turn);
  }

  /** New calls go to it. */
  get leaf(): Leaf {
    return this.now;
  }

  renew(): void {
    if (!isReady(this.now)) return;
    this.next?.destroy();
    this.next = this.connect(++this.turn);
    this.next.startConnecting();
  }

  /** Moves to the next connection once it stands. @returns the one that it took the place of. */
  move(): Leaf[] {
    if (!this.next || !isReady(this.next)) return [];
    const before = this.now;
    this.now = this.next;
    this.next = undefined;
    return [before];
  }

  /** @returns the connection whose calls are still to end. */
  leave(): Leaf[] {
    this.next?.destroy();
    return [this.now];
  }

  destroy(): void {
    this.next?.destroy();
    this.now.destroy();
  }
}

export const isReady = (leaf: Leaf): boolean => leaf.getConnectivityState() === states.READY;
