// Which work comes next: policy alone, without I/O and without a model.

import type { Sequence } from '../running/sequence.js';
import { Rounds } from './rounds.js';
import { COST, type Served } from './served.js';

export type Planned = Pick<Sequence, 'id' | 'owner' | 'prompt'>;

export type Work<S extends Planned> =
  | { readonly kind: 'prefill'; readonly sequence: S }
  | { readonly kind: 'decode'; readonly sequences: readonly S[] };

export interface SchedulerLimits {
  /** Sequences that run at once; half as many more of owners that would have none. */
  readonly maxBatch: number;
  /**
   * Prompt tokens read between two decode steps, so that running streams do not falter while others
   * arrive.
   */
  readonly prefillTokens: number;
}

/** Owners are served alike; arrivals join the running batch as soon as there is a row. */
export class Scheduler<S extends Planned = Sequence> {
  private readonly waiting: Rounds<S>;
  private readonly running: S[] = [];
  private prefilled = 0;

  constructor(
    private readonly limits: SchedulerLimits,
    private readonly served: Served,
  ) {
    this.waiting = new Rounds(served);
  }

  get isIdle(): boolean {
    return this.waiting.isEmpty && this.running.length === 0;
  }

  add(sequence: S): void {
    this.waiting.add(sequence);
  }

  /** Forgets a sequence that is done or no longer wanted. */
  remove(id: number): void {
    this.waiting.remove(id);
    const at = this.running.findIndex((sequence) => sequence.id === id);
    if (at >= 0) this.running.splice(at, 1);
  }

  next(): Work<S> | undefined {
    const next = this.nextWaiting();
    if (next && this.mayPrefill(next)) {
      this.served.charge(next.owner, COST.read * next.prompt.length);
      this.waiting.remove(next.id);
      this.running.push(next);
      this.prefilled += next.prompt.length;
      return { kind: 'prefill', sequence: next };
    }
    this.prefilled = 0;
    for (const { owner } of this.running) this.served.charge(owner, COST.said);
    return this.running.length > 0 ? { kind: 'decode', sequences: [...this.running] } : undefined;
  }

  /** Long answers of one owner may fill the batch: another's first one does not wait for their end. */
  private nextWaiting(): S | undefined {
    const { maxBatch } = this.limits;
    if (this.running.length < maxBatch) return this.waiting.next();
    if (this.running.length >= maxBatch + Math.ceil(maxBatch / 2)) return undefined;
    return this.waiting.next((owner) => this.running.every((sequence) => sequence.owner !== owner));
  }

  private mayPrefill(next: S): boolean {
    // The first prompt since the last decode step always fits, or a long one would never begin.
    return (
      this.running.length === 0 ||
      this.prefilled === 0 ||
      this.prefilled + next.prompt.length <= this.limits.prefillTokens
    );
  }
}
