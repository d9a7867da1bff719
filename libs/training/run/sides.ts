// The sides of a step as objectives see them: what they ask becomes nodes of the graph, and inputs
// that passes are fed with.

import type { Head } from '#models/passes/head.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import type { Side, SideName } from '../objectives/side.js';
import { type ModelView, POSITIONS } from './model-view.js';

/** Units of a pass: a target example with its alternate, or a retain example. */
export const UNITS = 'units';

/** Names of the inputs that tell examples apart. */
export const sideInputs = {
  /** [units, P]: 1 where a position is a label of the unit's example of this side. */
  examples: (side: SideName) => `${side}.examples`,
  /** [units, 1]: labels of that example; 1 where there is none. */
  lengths: (side: SideName) => `${side}.lengths`,
  /** [units, 1]: share of that example in the mean over the step's examples. */
  exampleWeights: (side: SideName) => `${side}.weights`,
} as const;

/** A mean over a step's positions, fed as each position's share in it, [P, 1]; 0 outside. */
export interface Mean {
  readonly side: SideName;
  /**
   * Labels of all examples; real tokens of all examples; answer tokens, each example counting the
   * same.
   */
  readonly over: 'labels' | 'tokens' | 'answers';
  /** Labels left out at the start of each answer. */
  readonly skip: number;
}

/** A value of the reference that a step is fed with, [P, width]. */
export interface ReferenceValue {
  /** Which model is asked: the one that training starts from, or its base without an adapter. */
  readonly of: 'reference' | 'base';
  readonly width: number;
  build(view: ModelView): Value;
}

/** What one model is asked about the examples of a side. */
export interface AskedReference {
  readonly side: SideName;
  readonly of: ReferenceValue['of'];
  readonly values: ReadonlyMap<string, ReferenceValue>;
}

/** What the objectives of a step have asked for beside the graph. */
export class Asked {
  /** By input. */
  readonly means = new Map<string, Mean>();
  /** By side, then by input; one input serves all sides. */
  readonly references = new Map<SideName, Map<string, ReferenceValue>>();

  /** Sides whose examples are told apart. */
  readonly examples = new Set<SideName>();

  /** Values of a side, by the model that is asked for them. */
  byReference(): readonly AskedReference[] {
    return [...this.references].flatMap(([side, values]) =>
      (['reference', 'base'] as const).flatMap((of) => {
        const own = new Map([...values].filter(([, value]) => value.of === of));
        return own.size > 0 ? [{ side, of, values: own }] : [];
      }),
    );
  }

  has(side: SideName): boolean {
    return this.examples.has(side) || [...this.means.values()].some((mean) => mean.side === side);
  }
}

/**
 * What is kept of the distribution softmax(z - penalty at the label) of a model whose logits are
 * linear.
 */
const mixed = (view: ModelView, penalty: number): Value =>
  view.head.mix(view.softened(view.logits, penalty));

/**
 * @param hidden size of a hidden state.
 * @param frozen makes the reference's head, where it is not the model's own.
 */
export function sideOf(
  name: SideName,
  graph: Graph,
  view: ModelView,
  hidden: number,
  asked: Asked,
  frozen?: () => Head,
): Side {
  const mean = (x: Value, over: Mean['over'], skip = 0): Value => {
    const input = `${name}.${over}${skip > 0 ? `.${skip}` : ''}`;
    asked.means.set(input, { side: name, over, skip });
    return m.sum(graph, m.mul(graph, x, graph.input(input, [POSITIONS, 1])));
  };
  const reference = (
    value: string,
    width: number,
    build: (base: ModelView) => Value,
    of: ReferenceValue['of'] = 'reference',
  ): Value => {
    const input = `${of}.${value}`;
    const values = asked.references.get(name) ?? new Map<string, ReferenceValue>();
    asked.references.set(name, values.set(input, { of, width, build }));
    return graph.input(input, [POSITIONS, width]);
  };
  const unitInput = (input: string, columns: Dim): Value => {
    asked.examples.add(name);
    return graph.input(input, [UNITS, columns]);
  };
  // Capped logits are no product with the hidden state, and a head in training moves away from the
  // sums of its rows that are kept: of the reference, the hidden state is kept then, and its logits
  // are made again.
  const isLinear = view.head.spec.softCap === undefined && !frozen;
  const referenceLogits = (of?: ReferenceValue['of']): Value =>
    graph.untaped(() =>
      (frozen?.() ?? view.head).logits(reference('hidden', hidden, (base) => base.hidden, of)),
    );
  /** Sum over v of p z, p the reference's softened probabilities and z the model's logits. */
  const expectedLogit = (penalty: number, of?: ReferenceValue['of']): Value =>
    isLinear
      ? view.head.expectedAlong(
          view.hidden,
          reference(`mixed.${penalty}`, hidden + 1, (base) => mixed(base, penalty), of),
        )
      : view.head.expectedLogit(view.hidden, view.softened(referenceLogits(of), penalty));

  return {
    get logProbs() {
      return view.logProbs;
    },
    referenceLogProbs: () => reference('logprobs', 1, (base) => base.logProbs),
    maxLogit: () => view.maxLogit,
    meanLogit: () => view.meanLogit,
    crossEntropy: (target, penalty) => {
      const expected =
        target === 'own'
          ? view.head.expectedLogit(view.hidden, view.softened(view.logits, penalty))
          : expectedLogit(penalty, target);
      return m.sub(graph, view.normaliser, expected);
    },
    divergence: () => {
      if (!isLinear) return view.head.divergence(view.hidden, referenceLogits());
      const negentropy = reference('negentropy', 1, (base) =>
        m.sub(base.graph, base.head.expectedAlong(base.hidden, mixed(base, 0)), base.normaliser),
      );
      return m.add(graph, m.sub(graph, negentropy, expectedLogit(0)), view.normaliser);
    },
    hiddenState: (layer) => view.state(layer),
    referenceHiddenState: (layer) =>
      reference(`state.${layer}`, hidden, (base) => base.state(layer)),
    tokenMean: (x, skip) => mean(x, 'labels', skip),
    positionMean: (x) => mean(x, 'tokens'),
    answerMean: (x) => mean(x, 'answers'),
    exampleSum: (x) => m.gemm(graph, unitInput(sideInputs.examples(name), POSITIONS), x),
    exampleLengths: () => unitInput(sideInputs.lengths(name), 1),
    exampleMean: (x) =>
      m.sum(graph, m.mul(graph, x, unitInput(sideInputs.exampleWeights(name), 1))),
  };
}
