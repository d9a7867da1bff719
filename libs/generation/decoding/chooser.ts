// Chooses a sequence's tokens: bans, then the strategy, then biases and penalties, then the draw.

import { Random } from '#runtime/random.js';
import { NoTokenLeftError } from '../errors/no-token-left.error.js';
import { Adjustments } from './adjustments.js';
import type { Ban } from './ban.js';
import { bansOf } from './bans.js';
import type { Constraint } from './constraint.js';
import type { Asking } from './early-layers.js';
import { greedy } from './greedy.js';
import { sample } from './sample.js';
import type { Sampling } from './sampling.js';
import type { Strategy } from './strategy.js';
import { type DecodingUsage, Tally } from './tally.js';

interface ChooserOptions {
  readonly prompt: readonly number[];
  /** The model's own ends of a turn. */
  readonly eosIds: readonly number[];
  /** Absent: logits are taken as they are. */
  readonly strategy?: Strategy | undefined;
  readonly constraint?: Constraint | undefined;
}

export class Chooser {
  private readonly random: Random;
  private readonly bans: readonly Ban[];
  private readonly adjustments: Adjustments | undefined;
  private readonly strategy: Strategy | undefined;
  private readonly constraint: Constraint | undefined;
  private readonly tally = new Tally();

  constructor(
    private readonly sampling: Sampling,
    { prompt, eosIds, strategy, constraint }: ChooserOptions,
  ) {
    const { seed, choice = 0 } = sampling;
    this.random = new Random(seed, 'sample', ...(choice === 0 ? [] : [choice]));
    this.bans = [...(constraint ? [constraint] : []), ...bansOf(sampling, eosIds)];
    this.adjustments = Adjustments.of(sampling, prompt);
    this.strategy = strategy;
    this.constraint = constraint;
  }

  /**
   * The next token, for which a strategy asks early layers. Logits that nothing changes are neither
   * copied nor walked but to draw by them.
   * @param logits of the last position, [vocabulary]; read, not kept.
   * @param answer the tokens so far.
   * @param twin logits of the same answer after another prompt, where there is one.
   * @throws NoTokenLeftError where all tokens are forbidden.
   * @throws DamagedWeightsError where the logits are not finite.
   */
  *choose(logits: Float32Array, answer: readonly number[], twin?: Float32Array): Asking<number> {
    const allowed = this.allowed(logits, answer);
    const corrected = this.strategy ? yield* this.corrected(this.strategy, allowed, twin) : allowed;
    const token = this.draw(this.adjusted(corrected));
    this.take(token);
    return token;
  }

  /** Goes on after a token that was chosen elsewhere, as if it had been chosen here. */
  resume(token: number): void {
    if (!this.isCertain) this.random.uniform();
    this.take(token);
  }

  private take(token: number): void {
    this.adjustments?.count(token);
    this.constraint?.accept(token);
  }

  /** Whether a constraint lets nothing follow. */
  get hasEnded(): boolean {
    return this.constraint?.hasEnded ?? false;
  }

  /** What the strategy has done; absent where there is none. */
  get usage(): DecodingUsage | undefined {
    return this.strategy && this.tally;
  }

  private *corrected(
    strategy: Strategy,
    logits: Float32Array,
    twin: Float32Array | undefined,
  ): Asking<Float32Array> {
    const isGreedy = this.isCertain && !this.adjustments;
    const corrected = yield* strategy.correct(logits, isGreedy, twin);
    this.tally.add(logits, corrected);
    return corrected.logits;
  }

  private allowed(logits: Float32Array, answer: readonly number[]): Float32Array {
    if (this.bans.length === 0) return logits;
    const allowed = logits.slice();
    for (const ban of this.bans) ban.forbid(allowed, answer);
    if (allowed.every((logit) => logit === -Infinity)) throw new NoTokenLeftError();
    return allowed;
  }

  private adjusted(logits: Float32Array): Float32Array {
    if (!this.adjustments) return logits;
    const adjusted = logits.slice();
    this.adjustments.apply(adjusted);
    return adjusted;
  }

  /** Where one token alone can be drawn, none is: greedy takes it without a random number. */
  private get isCertain(): boolean {
    const { temperature, topK } = this.sampling;
    return temperature === 0 || topK === 1;
  }

  private draw(logits: Float32Array): number {
    return this.isCertain ? greedy(logits) : sample(logits, this.sampling, this.random);
  }
}
