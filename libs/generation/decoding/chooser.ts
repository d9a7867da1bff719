// Chooses a sequence's tokens: bans, then the strategy, then biases and penalties, then the draw.

import { Random } from '#runtime/random.js';
import { NoTokenLeftError } from '../errors/no-token-left.error.js';
import { Adjustments } from './adjustments.js';
import type { Ban } from './ban.js';
import { bansOf } from './bans.js';
import { Candidates, logSoftmax, wholeOf } from './candidates.js';
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

interface Parts {
  readonly random: Random;
  /** Besides the constraint. */
  readonly bans: readonly Ban[];
  readonly adjustments: Adjustments | undefined;
  readonly strategy: Strategy | undefined;
  readonly constraint: Constraint | undefined;
  readonly tally: Tally;
}

export class Chooser {
  private constructor(
    private readonly sampling: Sampling,
    private readonly parts: Parts,
  ) {}

  static of(sampling: Sampling, around: ChooserOptions): Chooser {
    const { prompt, eosIds, strategy, constraint } = around;
    const { seed, choice = 0 } = sampling;
    return new Chooser(sampling, {
      random: new Random(seed, 'sample', ...(choice === 0 ? [] : [choice])),
      bans: bansOf(sampling, eosIds),
      adjustments: Adjustments.of(sampling, prompt),
      strategy,
      constraint,
      tally: new Tally(),
    });
  }

  /** Goes on from here by itself; what the strategy does is counted for both together. */
  fork(): Chooser {
    const { adjustments, constraint } = this.parts;
    return new Chooser(this.sampling, {
      ...this.parts,
      adjustments: adjustments?.fork(),
      constraint: constraint?.fork(),
    });
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
    if (allowed !== logits && isEmpty(allowed)) throw new NoTokenLeftError();
    const isGreedy = this.isCertain && !this.parts.adjustments;
    const corrected = yield* this.corrected(allowed, isGreedy, twin);
    const token =
      isGreedy && corrected instanceof Candidates
        ? corrected.likeliest
        : this.draw(this.adjusted(wholeOf(corrected, logits.length)));
    this.take(token);
    return token;
  }

  /**
   * What beams are ranked by: ln p of each token, -Infinity of those that must not come. As
   * transformers has it, bans, biases and penalties act on ln p, which is by the logits before them;
   * a strategy's candidates alone are chosen after bans.
   * @param logits as choose has them, as are answer and twin.
   * @throws DamagedWeightsError as choose
   */
  *logProbs(
    logits: Float32Array,
    answer: readonly number[],
    twin?: Float32Array,
  ): Asking<Float32Array> {
    if (!this.parts.strategy) return this.adjusted(this.allowed(logSoftmax(logits), answer));
    const allowed = this.allowed(logits, answer);
    if (isEmpty(allowed)) return allowed;
    const corrected = yield* this.corrected(allowed, false, twin);
    return this.adjusted(logSoftmax(wholeOf(corrected, logits.length)));
  }

  /** Goes on after a token that was chosen elsewhere, as if it had been chosen here. */
  resume(token: number): void {
    if (!this.isCertain) this.parts.random.uniform();
    this.take(token);
  }

  /** Goes on after a token, without a draw. */
  take(token: number): void {
    this.parts.adjustments?.count(token);
    this.parts.constraint?.accept(token);
  }

  /** Whether a constraint lets nothing follow. */
  get hasEnded(): boolean {
    return this.parts.constraint?.hasEnded ?? false;
  }

  /** What the strategy has done; absent where there is none. */
  get usage(): DecodingUsage | undefined {
    return this.parts.strategy && this.parts.tally;
  }

  private *corrected(
    logits: Float32Array,
    isGreedy: boolean,
    twin: Float32Array | undefined,
  ): Asking<Float32Array | Candidates> {
    const { strategy, tally } = this.parts;
    if (!strategy) return logits;
    const corrected = yield* strategy.correct(logits, isGreedy, twin);
    tally.add(logits, corrected);
    return corrected.logits;
  }

  private allowed(logits: Float32Array, answer: readonly number[]): Float32Array {
    const { bans, constraint } = this.parts;
    if (bans.length === 0 && !constraint) return logits;
    const allowed = logits.slice();
    constraint?.forbid(allowed, answer);
    for (const ban of bans) ban.forbid(allowed, answer);
    return allowed;
  }

  private adjusted(logits: Float32Array): Float32Array {
    const { adjustments } = this.parts;
    if (!adjustments) return logits;
    const adjusted = logits.slice();
    adjustments.apply(adjusted);
    return adjusted;
  }

  /** Where one token alone can be drawn, none is: greedy takes it without a random number. */
  private get isCertain(): boolean {
    const { temperature, topK } = this.sampling;
    return temperature === 0 || topK === 1;
  }

  private draw(logits: Float32Array): number {
    return this.isCertain ? greedy(logits) : sample(logits, this.sampling, this.parts.random);
  }
}

const isEmpty = (logits: Float32Array): boolean => logits.every((logit) => logit === -Infinity);
