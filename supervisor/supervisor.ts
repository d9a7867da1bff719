// Keeps a platform's processes running, and the state file true to what runs.

import type { Layout } from './layout.js';
import { ManagedProcess } from './managed-process.js';
import type { Plan } from './plan.js';
import { writeState } from './state.js';

export class Supervisor {
  private readonly groups: readonly (readonly ManagedProcess[])[];
  private readonly startedAt = new Date().toISOString();

  constructor(
    private readonly plan: Plan,
    private readonly paths: Layout,
  ) {
    this.groups = plan.groups.map((group) =>
      group.map((spec) => new ManagedProcess(spec, () => this.save())),
    );
  }

  /**
   * Starts Redis, then everything else at once: the services wait for each other by themselves.
   * @param within ms for all of it. @throws PlatformError for the first process that does not get
   * ready.
   */
  async start(within: number): Promise<void> {
    const deadline = Date.now() + within;
    const [redis = [], ...services] = this.groups;
    for (const group of [redis, services.flat()]) {
      for (const child of group) child.start();
      await Promise.all(group.map((child) => child.untilReady(deadline)));
    }
  }

  /** Stops the gateway first and Redis last, each within its deadline. */
  async stop(): Promise<void> {
    for (const group of this.groups.toReversed())
      await Promise.all(group.map((child) => child.stop()));
  }

  private save(): void {
    const processes = this.groups.flat().map((child) => child.state);
    writeState(this.paths.state, {
      pid: process.pid,
      url: this.plan.url,
      startedAt: this.startedAt,
      processes,
    });
  }
}
