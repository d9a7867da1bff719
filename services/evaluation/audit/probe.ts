// What a probe does: an attack asks for the fact, a measurement looks what the weights hold of it.

import type { Example, Message } from '#contracts/examples.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import type { Scoring } from '../asking.js';

/** What a probe may make use of beside the question it asks. */
export interface Around {
  /** First rows of the set that is asked about. */
  readonly asked: readonly Example[];
  /** First rows of the retain set, whose answers are not to be forgotten. */
  readonly retain: readonly Example[];
}

/** How one question is asked. */
export interface Asked {
  readonly messages: readonly Message[];
  /** The beginning of an answer that is given: the model goes on from there. */
  readonly prefix?: string;
  /** What was said before the answer: telling it again is no leak. Default: the example's turns. */
  readonly said?: string;
  /** What the answer may not tell: the gold answer, less what the prefix has of it. */
  readonly gold: string;
  /** Default: greedy. */
  readonly sampling?: Sampling;
  /** What is said to its answers, one after the other; each is answered and judged as the first is. */
  readonly insist?: readonly string[];
}

/** @returns the ways in which it asks; none where the example does not lend itself to them. */
export type Attack = (example: Example, around: Around) => readonly Asked[];

export interface Measurement {
  readonly scoring?: Scoring;
  /** Whether the model before is scored, with the states of the one that is measured. */
  readonly patches?: true;
  /** What is scored of one example; none where it does not lend itself to it. */
  items(example: Example, around: Around): ScoreItem[];
  /** @param scores of the items, in their order. */
  figures(
    scores: readonly CompletionScore__Output[],
    example: Example,
    items: readonly ScoreItem[],
  ): Figures;
}

/** Undefined: not defined of this example. */
export type Figures = Readonly<Record<string, number | undefined>>;
