// Holds one answer to a form: bans what would leave it, and follows what is chosen.

import { zip } from '#collections/zip.js';
import type { Constraint } from '../decoding/constraint.js';
import { FormError } from '../errors/form.error.js';
import type { Automaton, State } from './automaton.js';

export class FormConstraint implements Constraint {
  /** @param ends tokens that end an answer, which come where the form is complete alone. */
  constructor(
    private readonly automaton: Automaton,
    private readonly ends: readonly number[],
    private state: State = automaton.start,
  ) {}

  fork(): FormConstraint {
    return new FormConstraint(this.automaton, this.ends, this.state);
  }

  /** @throws FormError where the text so far may mean too many things at once. */
  forbid(logits: Float32Array): void {
    const mask = this.automaton.mask(this.state);
    const ends = this.state.mayEnd ? this.ends : [];
    const kept = ends.map((id) => logits[id] ?? -Infinity);
    for (let id = 0; id < logits.length; id++)
      if (!((mask[id >> 5] ?? 0) & (1 << (id & 31)))) logits[id] = -Infinity;
    for (const [id, logit] of zip(ends, kept)) logits[id] = logit;
  }

  accept(token: number): void {
    const next = this.automaton.read(this.state, token);
    if (next) this.state = next;
    else if (!this.ends.includes(token)) throw new FormError(`token ${token} leaves the form`);
  }

  get hasEnded(): boolean {
    return this.state.mayEnd && this.state.places.length === 0;
  }
}
