// Which replicas get no calls though they are connected: those that say so, that do not answer, or
// whose calls fail one after the other.

import { status } from '@grpc/grpc-js';
import type { Logger } from '../../log/logger.js';

/** Calls that fail in a row, and probes without an answer, that put a replica out. */
const [FAILURES, SILENCES] = [5, 2];
/** How long at least a replica whose calls failed is out: the first time, and at most, in ms. */
const [OUT, LONGEST] = [5_000, 60_000];
/** Where more of the replicas than this seem sick, it may be the client: all that serve are asked. */
const SHARE = 0.5;

/** The replica's own fault, whatever the call. */
const faults: readonly status[] = [status.UNAVAILABLE, status.INTERNAL, status.UNKNOWN];

class Health {
  failures = 0;
  silences = 0;
  isServing = true;
  /** How often it was put out for its calls since they went well. */
  times = 0;
  /** Until then, and the next probe that is answered; 0: it is in. */
  until = 0;

  get isOut(): boolean {
    return this.until > 0 || this.silences >= SILENCES;
  }
}

export class ReplicaHealth {
  private all = new Map<string, Health>();
  /** Called whenever a replica goes out or comes back. */
  changed: () => void = () => {};

  constructor(
    private readonly log: Logger,
    private readonly now = Date.now,
  ) {}

  get names(): string[] {
    return [...this.all.keys()];
  }

  /** Of all replicas that there are now. */
  setNames(names: readonly string[]): void {
    this.all = new Map(names.map((name) => [name, this.all.get(name) ?? new Health()]));
  }

  /** A call has ended. */
  called(name: string, code: status): void {
    const health = this.all.get(name);
    if (!health) return;
    health.failures = faults.includes(code) ? health.failures + 1 : 0;
    if (health.failures === 0 && health.until === 0) health.times = 0;
    if (health.failures < FAILURES || health.until > 0) return;
    const ms = Math.min(OUT * 2 ** health.times++, LONGEST);
    this.change(name, health, () => (health.until = this.now() + ms));
  }

  /** @param serves undefined: it did not answer. */
  probed(name: string, serves: boolean | undefined): void {
    const health = this.all.get(name);
    if (!health) return;
    this.change(name, health, () => {
      health.silences = serves === undefined ? health.silences + 1 : 0;
      if (serves !== undefined) health.isServing = serves;
      if (!serves || this.now() < health.until) return;
      if (health.until > 0) health.failures = 0;
      health.until = 0;
    });
  }

  /** @param ready that are connected, at least one. @returns those that get calls, at least one. */
  fit<R extends { readonly name: string }>(ready: readonly R[]): readonly R[] {
    const of = ({ name }: R): Health => this.all.get(name) ?? new Health();
    const serving = ready.filter((one) => of(one).isServing);
    const fit = serving.filter((one) => !of(one).isOut);
    if (serving.length - fit.length > serving.length * SHARE) return serving;
    return fit.length > 0 ? fit : ready;
  }

  private change(name: string, health: Health, work: () => void): void {
    const [wasOut, wasServing] = [health.isOut, health.isServing];
    work();
    if (health.isOut === wasOut && health.isServing === wasServing) return;
    if (health.isOut && !wasOut)
      this.log.warn({ address: name }, 'a replica of inference fails: others are asked');
    if (!health.isOut && wasOut) this.log.info({ address: name }, 'a replica of inference is back');
    this.changed();
  }
}
