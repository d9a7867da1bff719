// A port of the cluster at a port of this machine, for as long as it is wanted: kubectl's own ends
// with the pod that it met first, and with the API server. Now and then it does not end then, and
// takes connections that lead nowhere.

import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '#supervisor/free-port.js';
import type { Kubectl } from './kubectl.js';

const PAUSE_MS = 300;
const OPEN_MS = 60_000;
/** Between two looks at whether somebody answers, and until nobody does. */
const LOOK_MS = 5000;
const ANSWER_MS = 10_000;

export class Forward {
  private closed = false;
  private stop?: () => void;

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly target: string,
    private readonly remote: number,
    readonly port: number,
  ) {}

  /** @param target such as `service/lethe-gateway`. @throws Error where nobody answers in time. */
  static async open(kubectl: Kubectl, target: string, remote: number): Promise<Forward> {
    const { port } = await freePorts('port');
    const forward = new Forward(kubectl, target, remote, port);
    const opened = new Promise<void>((resolve) => void forward.keep(resolve));
    const late = sleep(OPEN_MS, 'late', { ref: false });
    if ((await Promise.race([opened, late])) !== 'late') return forward;
    forward.close();
    throw new Error(`${target} cannot be reached`);
  }

  /** From now on it is opened anew where nobody answers HTTP. */
  watch(): this {
    void this.look();
    return this;
  }

  close(): void {
    this.closed = true;
    this.stop?.();
  }

  private async look(): Promise<void> {
    for (;;) {
      await sleep(LOOK_MS, undefined, { ref: false });
      if (this.closed) return;
      const signal = AbortSignal.timeout(ANSWER_MS);
      // Whatever it says, and where no connection is taken, keep() is about to open it.
      await fetch(`http://127.0.0.1:${this.port}/`, { signal })
        .then((response) => response.text())
        .catch(() => {});
      if (signal.aborted) this.stop?.();
    }
  }

  private async keep(onOpen: () => void): Promise<void> {
    const ports = `${this.port}:${this.remote}`;
    const args = ['port-forward', '--address', '127.0.0.1', this.target, ports];
    while (!this.closed) {
      const child = this.kubectl.start(...args);
      this.stop = () => child.kill();
      // Its first line says that it listens.
      child.stdout.once('data', onOpen);
      child.stdout.resume();
      await child;
      await sleep(PAUSE_MS);
    }
  }
}
