// A port of the cluster at a port of this machine, for as long as it is wanted: kubectl's own ends
// with the pod that it met first, and with the API server.

import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '#supervisor/free-port.js';
import type { Kubectl } from './kubectl.js';

const PAUSE_MS = 300;
const OPEN_MS = 60_000;

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

  close(): void {
    this.closed = true;
    this.stop?.();
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
