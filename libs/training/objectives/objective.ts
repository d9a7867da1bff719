// What an objective is: one file of objectives/ whose default export is made by defineObjective.
import type { z } from 'zod';
import type { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';
import type { Random } from '#runtime/random.js';
import type { Side, SideName } from './side.js';

export const retainTerms = ['gdr', 'klr'] as const;
export type RetainTerm = (typeof retainTerms)[number];

/** One optimizer step as an objective sees it. */
export interface Step extends Readonly<Record<SideName, Side>> {
  /** Weighted sum of the request's retain terms, where there are any. */
  readonly retainLoss?: Value;
  /** A number of `state`, as a scalar. */
  state(name: string): Value;
  /** The run's own generator for a purpose: the same numbers whenever it is asked. */
  random(purpose: string): Random;
}

export interface StepFacts {
  /** Passes over the forget set that were complete before the step. */
  readonly epoch: number;
  /** Value of `retainLoss` over the step. */
  readonly retainLoss: number;
}

export interface Objective<S extends z.ZodRawShape = z.ZodRawShape> {
  /** One line for the API's document. */
  readonly summary: string;
  /** Hyperparameters of its own, with ranges and defaults. */
  readonly options: S;
  /**
   * What its rows are: the forget set (default), what augmentation makes of it, or what is to be
   * learned (no unlearning).
   */
  readonly rows: 'forget' | 'augmented' | 'taught';
  /**
   * Where a row's second, preferred answer comes from: the forget file, the list of unknowing
   * answers, or augmentation.
   */
  readonly alternate?: 'file' | 'unknowing' | 'augmented';
  /** Retain terms of a request that names none. */
  readonly retainTerms: readonly RetainTerm[];
  /** Weights of the terms where a request gives none; 1 where absent. */
  readonly weights: { readonly forget?: number; readonly retain?: number; readonly kl?: number };
  /**
   * The loss is minus a likelihood loss: masks that compare directions of gradients take it with
   * its sign turned.
   */
  readonly ascent: boolean;
  /**
   * Numbers that change from step to step by a rule of the objective's own; they are part of a
   * checkpoint.
   */
  readonly state?: {
    initial(options: z.infer<z.ZodObject<S>>): Readonly<Record<string, number>>;
    next(
      state: Readonly<Record<string, number>>,
      facts: StepFacts,
      options: z.infer<z.ZodObject<S>>,
    ): Readonly<Record<string, number>>;
  };
  /**
   * The forget term, a scalar to be minimised: its weight times it plus `retainLoss` is the loss of
   * the step.
   */
  loss(graph: Graph, step: Step, options: z.infer<z.ZodObject<S>>): Value;
  /** What is minimised on the retain set instead of `retainLoss`. */
  retain?(graph: Graph, step: Step, options: z.infer<z.ZodObject<S>>): Value | undefined;
}

type Optional = 'options' | 'rows' | 'retainTerms' | 'weights' | 'ascent';
export type ObjectiveDefinition<S extends z.ZodRawShape> = Omit<Objective<S>, Optional> &
  Partial<Pick<Objective<S>, Optional>>;

export function defineObjective<S extends z.ZodRawShape = Record<never, never>>(
  definition: ObjectiveDefinition<S>,
): Objective<S> {
  return {
    options: {} as S,
    rows: 'forget',
    retainTerms: ['gdr'],
    weights: {},
    ascent: false,
    ...definition,
  };
}
