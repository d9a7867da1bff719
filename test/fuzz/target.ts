// What is fuzzed: a door of the product, and inputs for it.

import type { Random } from './random.js';

export interface OpenTarget {
  /**
   * Makes an input and hands it in.
   * @returns false, or a promise of it, where the input is refused
   * @throws what a door throws: a Failure is a refusal, all else a finding.
   */
  run(random: Random): unknown;
  close?(): Promise<void>;
}

export interface Target {
  readonly name: string;
  /** Of 106,000 inputs in all, as many as these. */
  readonly inputs: number;
  open(): Promise<OpenTarget>;
}

/** Something that no input may bring about. */
export class Finding extends Error {
  override readonly name = 'Finding';
}
