// One request on its way: its prompt, its tokens so far, and when it is over.

import { last } from '#collections/items.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Form } from '../constraints/form.js';
import { Chooser } from '../decoding/chooser.js';
import type { Constraint } from '../decoding/constraint.js';
import type { Asking } from '../decoding/early-layers.js';
import { logProbOf, type TokenLogProb } from '../decoding/log-probs.js';
import type { Sampling } from '../decoding/sampling.js';
import { strategyOf } from '../decoding/strategies.js';
import type { DecodingUsage } from '../decoding/tally.js';
import { Detokenizer } from '../text/detokenizer.js';
import { type Matched, StopMatcher } from '../text/stop-matcher.js';
import type { LoadedAdapter } from './adapter-rows.js';

export type FinishReason = 'stop' | 'length';

export interface SequenceOptions extends Sampling {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Whether a stop string or token that ends the answer is part of its text. Absent: false. */
  readonly includeStop?: boolean | undefined;
  /** Whether control tokens are part of the text. Absent: false. */
  readonly spellsSpecial?: boolean | undefined;
  /** What the answer must look like. Absent: any text. */
  readonly form?: Form | undefined;
  /** How many of the likeliest tokens are told with each. Absent: not even its own likelihood. */
  readonly logProbs?: number | undefined;
  /** Whether the answer goes on in the midst of the prompt's text, which spells its first token. */
  readonly continues: boolean;
  /**
   * The answer's first tokens, where another engine began it with the same options: it goes on after
   * them, and its first chunk has them. Absent: none.
   */
  readonly resume?: readonly number[] | undefined;
  /** Another prompt, after which the same answer is read beside it. Absent: none. */
  readonly twin?: readonly number[] | undefined;
}

/** A row of a sequence beside its own. */
export type Twin = Pick<Sequence, 'id' | 'prompt' | 'adapter' | 'tokens' | 'last'>;

/** Sequences have ids from 0 on. */
export const twinId = (id: number): number => -1 - id;

const twinOf = ({ id, adapter, tokens }: Sequence, prompt: readonly number[]): Twin => ({
  id: twinId(id),
  prompt,
  adapter,
  tokens,
  get last() {
    return last(tokens);
  },
});

export interface Chunk {
  readonly text: string;
  /** Tokens since the last chunk, an end of turn included. */
  readonly tokenIds: readonly number[];
  /** Of each of them, where asked for. */
  readonly logProbs?: readonly TokenLogProb[];
  /** Only in a sequence's last chunk. */
  readonly finishReason?: FinishReason;
  /** What the strategy that was asked for has done, in the last chunk. */
  readonly decoding?: DecodingUsage;
  /** The stop string or token that was asked for and has ended the answer. */
  readonly stopReason?: string | number;
}

/** A token's part of the text, and why it is the last. */
type Piece = Pick<Chunk, 'text' | 'finishReason' | 'stopReason'>;

export class Sequence {
  readonly tokens: number[] = [];
  private readonly chooser: Chooser;
  private readonly detokenizer: Detokenizer;
  private readonly stops: StopMatcher;
  /** Whether its strategy reads what early layers leave. */
  readonly asksLayers: boolean;
  /** Reads the same answer after another prompt. */
  readonly twin?: Twin;

  constructor(
    readonly id: number,
    readonly owner: string,
    readonly prompt: readonly number[],
    readonly adapter: LoadedAdapter | undefined,
    private readonly options: SequenceOptions,
    private readonly tokenizer: Pick<Tokenizer, 'bytesOf' | 'decode' | 'eosIds'>,
    private readonly maxContext: number,
    constraint?: Constraint,
  ) {
    const { stop, includeStop, spellsSpecial, continues, decoding } = options;
    const strategy = decoding && strategyOf(decoding);
    this.asksLayers = decoding !== undefined && 'layers' in decoding;
    if (options.twin) this.twin = twinOf(this, options.twin);
    const { eosIds } = tokenizer;
    this.chooser = new Chooser(options, { prompt, eosIds, strategy, constraint });
    const decode = (ids: readonly number[]): string => tokenizer.decode(ids, { spellsSpecial });
    this.detokenizer = new Detokenizer(decode, continues ? prompt : []);
    this.stops = new StopMatcher(stop, includeStop);
  }

  /** The newest token, which the next decode step reads. */
  get last(): number {
    return last(this.tokens);
  }

  /** @returns what the answer begins with where another engine began it, as one chunk. */
  resume(): Chunk {
    let text = '';
    for (const token of this.options.resume ?? []) {
      this.chooser.resume(token);
      this.tokens.push(token);
      const piece = this.pieceOf(token);
      text += piece.text;
      if (piece.finishReason) return { ...piece, text, tokenIds: [...this.tokens] };
    }
    return { text, tokenIds: [...this.tokens] };
  }

  /** Chooses the next token. @param logits [vocabulary] @param twin those of its twin. */
  *advance(logits: Float32Array, twin?: Float32Array): Asking<Chunk> {
    const token = yield* this.chooser.choose(logits, this.tokens, twin);
    const chunk = this.add(token, logits);
    const { usage } = this.chooser;
    return chunk.finishReason && usage ? { ...chunk, decoding: usage } : chunk;
  }

  private add(token: number, logits: Float32Array): Chunk {
    this.tokens.push(token);
    return { ...this.pieceOf(token), tokenIds: [token], ...this.likelihoodOf(token, logits) };
  }

  private likelihoodOf(token: number, logits: Float32Array): Pick<Chunk, 'logProbs'> {
    const { logProbs: count } = this.options;
    if (count === undefined) return {};
    return { logProbs: [logProbOf(logits, token, count, (id) => this.tokenizer.bytesOf(id))] };
  }

  private pieceOf(token: number): Piece {
    const { stopTokenIds = [], includeStop } = this.options;
    if (this.tokenizer.eosIds.includes(token)) return this.finish('', 'stop');
    if (stopTokenIds.includes(token)) {
      const text = includeStop ? this.detokenizer.push(token) : '';
      return { ...this.finish(text, 'stop'), stopReason: token };
    }
    const { text, stop } = this.matched(this.detokenizer.push(token));
    if (stop !== undefined) return { text, finishReason: 'stop', stopReason: stop };
    if (this.chooser.hasEnded) return this.finish(text, 'stop');
    return this.isFull() ? this.finish(text, 'length') : { text };
  }

  /** What may not end yet is not looked into for stops. */
  private matched(text: string): Matched {
    const { minTokens = 0 } = this.options;
    return this.tokens.length < minTokens ? { text } : this.stops.push(text);
  }

  private isFull(): boolean {
    return (
      this.tokens.length >= this.options.maxTokens ||
      Math.max(this.prompt.length, this.twin?.prompt.length ?? 0) + this.tokens.length >=
        this.maxContext
    );
  }

  private finish(text: string, finishReason: FinishReason): Piece {
    const { text: rest, stop } = this.stops.push(this.detokenizer.flush());
    if (stop !== undefined) return { text: text + rest, finishReason: 'stop', stopReason: stop };
    return { text: text + rest + this.stops.flush(), finishReason };
  }
}
