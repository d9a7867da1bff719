// What an objective minimises. What it is to those who ask for it is libs/contracts'.

import type { OptionsOf } from '#contracts/choices/choice.js';
import type { objectives, ObjectiveName } from '#contracts/objectives/index.js';
import type { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';
import type { Random } from '#runtime/random.js';
import type { Side, SideName } from './side.js';

/** One optimizer step as an objective sees it. */
export interface StepView extends Readonly<Record<SideName, Side>> {
  /** Weighted sum of the request's retain terms, where there are any. */
  readonly retainLoss?: Value;
  /**
   * Whether training starts from an adapter on a base whose head it leaves alone: the base can be
   * asked then.
   */
  readonly hasBase: boolean;
  /** A number of `state`, as a scalar. */
  state(name: string): Value;
  /** The run's own generator for a purpose: the same numbers whenever it is asked. */
  random(purpose: string): Random;
}

export interface StepFacts {
  /** Epochs complete before the step. */
  readonly epoch: number;
  /** Value of `retainLoss` over the step. */
  readonly retainLoss: number;
}

type Options<N extends ObjectiveName> = OptionsOf<(typeof objectives)[N]>;

export interface Loss<N extends ObjectiveName = ObjectiveName> {
  /**
   * Numbers that change from step to step by a rule of the objective's own; they are part of a
   * checkpoint.
   */
  readonly state?: {
    initial(options: Options<N>): Readonly<Record<string, number>>;
    next(
      state: Readonly<Record<string, number>>,
      facts: StepFacts,
      options: Options<N>,
    ): Readonly<Record<string, number>>;
  };
  /**
   * The target term, a scalar to be minimised: its weight times it plus `retainLoss` is the loss of
   * the step.
   */
  loss(graph: Graph, step: StepView, options: Options<N>): Value;
  /** What is minimised on the retain set instead of `retainLoss`. */
  retain?(graph: Graph, step: StepView, options: Options<N>): Value | undefined;
}
