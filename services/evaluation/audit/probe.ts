// A probe: one attack, which asks for the fact, or one measurement of what the weights hold.

import type { AuditTier } from '#contracts/audit.js';
import type { Example, Message } from '#contracts/examples.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';

/** What a probe may make use of beside the question it asks. */
export interface Around {
  /** First rows of the retain set, whose answers are not to be forgotten. */
  readonly retain: readonly Example[];
}

/** Rows of the retain set that are read. */
export const SURROUNDINGS = 64;

/** How one question is asked. */
export interface Asked {
  readonly messages: readonly Message[];
  /** The beginning of an answer that is given: the model goes on from there. */
  readonly prefix?: string;
  /** What the answer may not tell: the gold answer, less what the prefix has of it. */
  readonly gold: string;
}

export interface Attack {
  readonly kind: 'attack';
  /** The least that asks it. */
  readonly tier: AuditTier;
  /** @returns undefined where the example cannot be asked so: its answer is too short to begin. */
  ask(example: Example, around: Around): Asked | undefined;
}

export interface Measurement {
  readonly kind: 'measurement';
  readonly tier: AuditTier;
  /** What is scored of one example. */
  items(example: Example, around: Around): ScoreItem[];
  /** @param scores of the items, in their order. */
  figures(scores: readonly CompletionScore__Output[]): Readonly<Record<string, number>>;
}

export type Probe = Attack | Measurement;
