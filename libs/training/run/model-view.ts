// What a model says at the positions that matter to a loss: the same for the model in training and
// for its reference.

import type { ResidualStream } from '#models/layers/residual-stream.js';
import type { Head } from '#models/passes/head.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { TrainingError } from '../errors/training.error.js';

/** Names of the inputs that say which positions those are. */
export const viewInputs = {
  /** [P] int64: indices into the tokens of a pass. */
  positions: 'positions',
  /** [P] int64: the token that follows; 0 where it is no label. */
  labels: 'labels',
} as const;
export const POSITIONS = 'positions';

/** Stands for a logit taken out: its exponential is 0 in float32. */
const TAKEN_OUT = 1e30;

export interface Body {
  /** [tokens, hidden] at each place. */
  readonly stream: ResidualStream;
  /** Of a tower that is in the graph, too. */
  readonly seen?: ResidualStream | undefined;
  /** What comes between the last one and the head. */
  norm(hidden: Value): Value;
  readonly head: Head;
}

/**
 * [P, V] tensors are made where a value needs them, and then held constant: what is trained flows
 * through hidden states and single rows of the head, or sums of rows.
 */
export class ModelView {
  private readonly made = new Map<string, Value>();

  constructor(
    readonly graph: Graph,
    private readonly body: Body,
  ) {}

  get head(): Head {
    return this.body.head;
  }

  /** Residual stream after the embedding and after every layer, [tokens, hidden] each. */
  get states(): readonly Value[] {
    return this.body.stream.states;
  }

  /** The residual streams of the graph, each from its first state to its last. */
  get streams(): readonly (readonly Value[])[] {
    return [this.body.seen?.states ?? [], this.states];
  }

  /** Normalised hidden state, [P, hidden]. */
  get hidden(): Value {
    return this.once('hidden', () => this.body.norm(this.at(this.body.stream.last)));
  }

  /** log p(label), [P, 1]. */
  get logProbs(): Value {
    return this.once('logprobs', () => this.head.logProbs(this.hidden, this.labels));
  }

  /** log of the sum of the logits' exponentials, [P, 1]. */
  get normaliser(): Value {
    return this.once('normaliser', () => this.head.normaliser(this.hidden));
  }

  /** Largest logit, [P, 1]: that of the token it belongs to. */
  get maxLogit(): Value {
    return this.once('max', () =>
      this.head.logitOf(
        this.hidden,
        this.graph.untaped(() => m.argMax(this.graph, this.logits)),
      ),
    );
  }

  get meanLogit(): Value {
    return this.once('mean', () => this.head.meanLogit(this.hidden));
  }

  /** The logits, [P, V], as a constant. */
  get logits(): Value {
    const { hidden } = this;
    return this.once('logits', () => this.graph.untaped(() => this.head.logits(hidden)));
  }

  /** softmax(z - penalty at the label), [P, V], as a constant, of constant logits z. */
  softened(logits: Value, penalty: number): Value {
    return this.graph.untaped(() => {
      if (penalty === 0) return m.softmax(this.graph, logits);
      const column = m.reshape(this.graph, this.labels, [POSITIONS, 1]);
      const change = m.expand(this.graph, this.graph.scalar(-Math.min(penalty, TAKEN_OUT)), [
        POSITIONS,
        1,
      ]);
      return m.softmax(
        this.graph,
        this.graph.op('ScatterElements', [logits, column, change], { axis: 1, reduction: 'add' }),
      );
    });
  }

  /** Residual stream after a layer, [P, hidden]; the first layer is 0. */
  state(layer: number): Value {
    const [, ...states] = this.states;
    const state = states[layer];
    if (!state)
      throw new TrainingError(
        `the model has layers 0 to ${states.length - 1}: there is no layer ${layer}`,
      );
    return this.once(`state ${layer}`, () => this.at(state));
  }

  private get labels(): Value {
    return this.graph.input(viewInputs.labels, [POSITIONS], 'int64');
  }

  private at(states: Value): Value {
    return m.gather(
      this.graph,
      states,
      this.graph.input(viewInputs.positions, [POSITIONS], 'int64'),
    );
  }

  /** Differentiable also where it is first asked for while nothing is recorded. */
  private once(key: string, make: () => Value): Value {
    const value = this.made.get(key) ?? this.graph.taped(make);
    this.made.set(key, value);
    return value;
  }
}
