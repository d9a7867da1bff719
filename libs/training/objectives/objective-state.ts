// Numbers of an objective that change from step to step, such as PDU's multiplier. They lie in one
// buffer, part of a checkpoint.
import type { ChosenObjective } from './objective-catalog.js';
import type { StepFacts } from './objective.js';

export class ObjectiveState {
  /** Float32, as a checkpoint keeps them: a resumed run goes on with the same numbers. */
  readonly values: Float32Array;
  private readonly names: readonly string[];

  constructor(private readonly chosen: ChosenObjective) {
    const initial = chosen.objective.state?.initial(chosen.options) ?? {};
    this.names = Object.keys(initial);
    this.values = Float32Array.from(Object.values(initial));
  }

  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, i) => [name, this.values[i]!]));
  }

  /** @param facts of the step that is over. */
  advance(facts: StepFacts): void {
    const next = this.chosen.objective.state?.next(this.read(), facts, this.chosen.options);
    for (const [i, name] of this.names.entries()) this.values[i] = next![name]!;
  }
}
