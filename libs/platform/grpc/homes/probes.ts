// Asks replicas how they are while there is another to go to.

import type { Replicas } from '../replicas.js';
import type { ReplicaHealth } from './replica-health.js';

/** Between two probes of a replica, in ms. */
const INTERVAL = 1000;

export class Probes {
  private timer: NodeJS.Timeout;
  private isClosed = false;

  constructor(
    private readonly replicas: Replicas,
    private readonly health: ReplicaHealth,
  ) {
    this.timer = this.later();
  }

  close(): void {
    clearTimeout(this.timer);
    this.isClosed = true;
  }

  private later(): NodeJS.Timeout {
    return setTimeout(() => void this.probe(), INTERVAL).unref();
  }

  private async probe(): Promise<void> {
    const { names } = this.health;
    if (names.length > 1) await Promise.all(names.map((name) => this.ask(name)));
    if (!this.isClosed) this.timer = this.later();
  }

  private async ask(name: string): Promise<void> {
    this.health.probed(name, await this.replicas.serves(name).catch(() => undefined));
  }
}
