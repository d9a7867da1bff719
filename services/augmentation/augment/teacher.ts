// What augmentation asks of a teacher, whoever answers: rules or a language model.

import type { Pair } from './pair.js';
import type { Random } from './random.js';

/**
 * Forms of a question beside the original, in the order in which `variants` of the options takes
 * them.
 */
export const variantKinds = ['rephrased', 'specific', 'noisy', 'reversed'] as const;
export type VariantKind = (typeof variantKinds)[number];

/** One try at a pair. */
export interface Attempt {
  /** 1 at first; higher where earlier answers leaked. */
  readonly round: number;
  /** The only source of chance; its numbers depend on seed, pair and round. */
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

export interface Teacher {
  /** Goes into the train set: `rules`, or the model's name. */
  readonly name: string;
  /** The question in other forms; a form it cannot give is absent. */
  variants(
    pair: Pair,
    kinds: readonly VariantKind[],
    attempt: Attempt,
  ): Promise<Partial<Record<VariantKind, string>>>;
  /**
   * One vague answer a question, in their order, each keeping the subject and revealing nothing of
   * the pair's answer; undefined where none came.
   */
  answers(
    pair: Pair,
    questions: readonly string[],
    attempt: Attempt,
  ): Promise<(string | undefined)[]>;
  /**
   * A second opinion beside the lexical leak check: whether each answer reveals something of the
   * pair's answer.
   */
  leaks?(pair: Pair, answers: readonly string[], attempt: Attempt): Promise<boolean[]>;
}
