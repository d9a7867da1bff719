// Biases and penalties: what a request adds to logits, and what they lose for tokens that came.

import { item } from '#collections/items.js';
import type { Sampling } from './sampling.js';

export class Adjustments {
  private readonly repetition: number;
  private readonly presence: number;
  private readonly frequency: number;
  /** Of those that do not forbid. */
  private readonly biases: readonly (readonly [id: number, bias: number])[];

  /**
   * @param seen tokens of prompt and answer, where the repetition penalty is on.
   * @param counts how often each token came in the answer.
   */
  private constructor(
    private readonly sampling: Sampling,
    private readonly seen: Set<number>,
    private readonly counts: Map<number, number>,
  ) {
    this.repetition = sampling.repetitionPenalty ?? 1;
    this.presence = sampling.presencePenalty ?? 0;
    this.frequency = sampling.frequencyPenalty ?? 0;
    this.biases = [...(sampling.logitBias ?? [])];
  }

  /** @returns undefined where a request asks for none. */
  static of(sampling: Sampling, prompt: readonly number[]): Adjustments | undefined {
    const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = sampling;
    const isPenalised = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
    if (!isPenalised && !sampling.logitBias?.size) return undefined;
    return new Adjustments(sampling, new Set(repetitionPenalty === 1 ? [] : prompt), new Map());
  }

  /** Goes on from here by itself. */
  fork(): Adjustments {
    return new Adjustments(this.sampling, new Set(this.seen), new Map(this.counts));
  }

  /**
   * Biases first, then penalties, as transformers and vLLM order them. What is forbidden stays so.
   * @param logits of one row, [vocabulary]; changed.
   */
  apply(logits: Float32Array): void {
    for (const [id, bias] of this.biases) logits[id]! += bias;
    if (this.repetition !== 1) for (const id of this.seen) this.repel(logits, id);
    for (const [id, count] of this.counts) logits[id]! -= this.presence + this.frequency * count;
  }

  /** Takes note of a token of the answer. */
  count(token: number): void {
    if (this.repetition !== 1) this.seen.add(token);
    this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
  }

  /** Makes a token less likely by a factor, whatever its logit's sign (CTRL, arXiv 1909.05858). */
  private repel(logits: Float32Array, id: number): void {
    const logit = item(logits, id);
    logits[id] = logit < 0 ? logit * this.repetition : logit / this.repetition;
  }
}
