// What an objective is to those who ask for one; its loss is libs/training's.

import type { z } from 'zod';
import type { Choosable } from '../choices/choice.js';
import type { RetainTerm } from './retain-terms.js';

export interface Objective<S extends z.ZodRawShape = z.ZodRawShape> extends Choosable<S> {
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
  /** Augmentation's `break_offs` of a request that says nothing of them. */
  readonly breakOffs: number;
  /** Retain terms of a request that names none. */
  readonly retainTerms: readonly RetainTerm[];
  /** Whether it has a loss of its own on the retain set, in place of the terms' sum. */
  readonly ownRetainLoss: boolean;
  /** Weights of the terms where a request gives none; 1 where absent. */
  readonly weights: { readonly forget?: number; readonly retain?: number; readonly kl?: number };
  /**
   * The loss is minus a likelihood loss: masks that compare directions of gradients take it with
   * its sign turned.
   */
  readonly ascent: boolean;
}

type Optional =
  | 'options'
  | 'rows'
  | 'breakOffs'
  | 'retainTerms'
  | 'ownRetainLoss'
  | 'weights'
  | 'ascent';
export type ObjectiveDefinition<S extends z.ZodRawShape> = Omit<Objective<S>, Optional> &
  Partial<Pick<Objective<S>, Optional>>;

export function defineObjective<S extends z.ZodRawShape = Record<never, never>>(
  definition: ObjectiveDefinition<S>,
): Objective<S> {
  return {
    options: {} as S,
    rows: 'forget',
    breakOffs: 0,
    retainTerms: ['gdr'],
    ownRetainLoss: false,
    weights: {},
    ascent: false,
    ...definition,
  };
}
