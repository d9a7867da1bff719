// Which work comes next: policy alone, without I/O and without a model.

import type { Task } from '../running/task.js';
import { Rounds } from './rounds.js';
import { COST, type Served } from './served.js';

export type Planned = Pick<Task, 'id' | 'owner' | 'prompt' | 'width'>;

export type Work<S extends Planned> =
  | { readonly kind: 'prefill'; readonly sequence: S }
  | { readonly kind: 'decode'; readonly sequences: readonly S[] };

export interface SchedulerLimits {
  /** Rows that run at once; half as many more of owners that would have none. */
  readonly maxBatch: number;
  /**
   * Prompt tokens read between two decode steps, so that running streams do not falter while others
   * arrive.
   */
  readonly prefillTokens: number;
}

/** Owners are served alike; arrivals join the running batch as soon as there is a row. */
export class Scheduler<S extends Planned = Task> {
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

  /** The owner's that run. */
  of(owner: string): S[] {
    return this.running.filter((sequence) => sequence.owner === owner);
  }

  add(sequence: S): void {
    this.waiting.add(sequence);
  }

  /** Forgets a sequence that is done or no longer wanted. @returns it, where it has rows. */
  remove(id: number): S | undefined {
    this.waiting.remove(id);
    const at = this.running.findIndex((sequence) => sequence.id === id);
    return at < 0 ? undefined : this.running.splice(at, 1)[0];
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
    for (const { owner, width } of this.running) this.served.charge(owner, COST.said * width);
    return this.running.length > 0 ? { kind: 'decode', sequences: [...this.running] } : undefined;
  }

  /**
   * Long answers of one owner may fill the batch: another's first one does not wait for their end. Who
   * needs more rows than there are waits for them, and nobody passes.
   */
  private nextWaiting(): S | undefined {
    const { maxBatch } = this.limits;
    const rows = this.running.reduce((sum, { width }) => sum + width, 0);
    const isNew = (owner: string): boolean =>
      this.running.every((sequence) => sequence.owner !== owner);
    const next = rows < maxBatch ? this.waiting.next() : this.waiting.next(isNew);
    if (!next) return undefined;
    const most = isNew(next.owner) ? maxBatch + Math.ceil(maxBatch / 2) : maxBatch;
    return rows + next.width <= most ? next : undefined;
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
