// Which work comes next: policy alone, without I/O and without a model.

import type { Sequence } from '../running/sequence.js';

export type Planned = Pick<Sequence, 'id' | 'prompt'>;

export type Work<S extends Planned> =
  | { readonly kind: 'prefill'; readonly sequence: S }
  | { readonly kind: 'decode'; readonly sequences: readonly S[] };

export interface SchedulerLimits {
  /** Sequences that run at once. */
  readonly maxBatch: number;
  /**
   * Prompt tokens read between two decode steps, so that running streams do not falter while others
   * arrive.
   */
  readonly prefillTokens: number;
}

/** First come, first served; arrivals join the running batch as soon as there is a row. */
export class Scheduler<S extends Planned = Sequence> {
  private readonly waiting: S[] = [];
  private readonly running: S[] = [];
  private prefilled = 0;

  constructor(private readonly limits: SchedulerLimits) {}

  get isIdle(): boolean {
    return this.waiting.length === 0 && this.running.length === 0;
  }

  add(sequence: S): void {
    this.waiting.push(sequence);
  }

  /** Forgets a sequence that is done or no longer wanted. */
  remove(id: number): void {
    for (const list of [this.waiting, this.running]) {
      const at = list.findIndex((sequence) => sequence.id === id);
      if (at >= 0) list.splice(at, 1);
    }
  }

  next(): Work<S> | undefined {
    const next = this.waiting[0];
    if (next && this.mayPrefill(next)) {
      this.waiting.shift();
      this.running.push(next);
      this.prefilled += next.prompt.length;
      return { kind: 'prefill', sequence: next };
    }
    this.prefilled = 0;
    return this.running.length > 0 ? { kind: 'decode', sequences: [...this.running] } : undefined;
  }

  private mayPrefill(next: S): boolean {
    if (this.running.length >= this.limits.maxBatch) return false;
    // The first prompt since the last decode step always fits, or a long one would never begin.
    return (
      this.running.length === 0 ||
      this.prefilled === 0 ||
      this.prefilled + next.prompt.length <= this.limits.prefillTokens
    );
  }
}
