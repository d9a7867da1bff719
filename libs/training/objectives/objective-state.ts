// Numbers of an objective that change from step to step, such as PDU's multiplier. They lie in one
// buffer, part of a checkpoint.

import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { ChosenObjective } from '#contracts/objectives/index.js';
import type { Loss, StepFacts } from './loss.js';
import { losses } from './losses.js';

export class ObjectiveState {
  /** Float32, as a checkpoint keeps them: a resumed run goes on with the same numbers. */
  readonly values: Float32Array;
  private readonly names: readonly string[];
  private readonly rule: Loss['state'];

  constructor(private readonly chosen: ChosenObjective) {
    this.rule = losses[chosen.type].state;
    const initial = this.rule?.initial(chosen) ?? {};
    this.names = Object.keys(initial);
    this.values = Float32Array.from(Object.values(initial));
  }

  read(): Record<string, number> {
    return Object.fromEntries(zip(this.names, this.values));
  }

  /** @param facts of the step that is over. */
  advance(facts: StepFacts): void {
    const next = this.rule?.next(this.read(), facts, this.chosen);
    if (next) this.values.set(this.names.map((name) => required(next, name)));
  }
}
