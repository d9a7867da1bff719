// Carries out a plan of faults.

import { setTimeout as sleep } from 'node:timers/promises';
import { required } from '#collections/required.js';
import type { Fault } from './plan.js';
import type { Victim } from './victim.js';

export interface Struck {
  readonly fault: Fault;
  /** False where the victim was just being started again. */
  readonly hit: boolean;
}

export class Striker {
  readonly struck: Struck[] = [];
  private readonly victims: ReadonlyMap<string, Victim>;
  /** The last fault of each victim: the next waits for it. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(victims: readonly Victim[]) {
    this.victims = new Map(victims.map((victim) => [victim.name, victim]));
  }

  /** Resolves when the last fault is over. */
  async carryOut(plan: readonly Fault[]): Promise<void> {
    await Promise.all(
      plan.map(async (fault) => {
        await sleep(fault.at);
        const { victim } = fault;
        const before = this.last.get(victim) ?? Promise.resolve();
        const done = before.then(() => this.strike(fault));
        this.last.set(victim, done);
        await done;
      }),
    );
  }

  private async strike(fault: Fault): Promise<void> {
    const victim = required(this.victims, fault.victim);
    if (fault.kind !== 'stop') {
      this.struck.push({ fault, hit: await victim.strike(fault.kind) });
      return;
    }
    const goOn = await victim.stop();
    this.struck.push({ fault, hit: goOn !== undefined });
    await sleep(fault.ms);
    await goOn?.();
  }
}
