// One request on its way: its prompt, its tokens so far, and when it is over.

import { required } from '#collections/required.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Form } from '../constraints/form.js';
import type { BeamOptions } from '../decoding/beams.js';
import { Chooser } from '../decoding/chooser.js';
import type { Constraint } from '../decoding/constraint.js';
import type { Asking } from '../decoding/early-layers.js';
import { logProbOf } from '../decoding/log-probs.js';
import type { Sampling } from '../decoding/sampling.js';
import { strategyOf } from '../decoding/strategies.js';
import type { DecodingUsage } from '../decoding/tally.js';
import type { LinkOptions } from '../linking/link.js';
import { Detokenizer } from '../text/detokenizer.js';
import { type Matched, StopMatcher } from '../text/stop-matcher.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { Chunk, FinishReason } from './chunk.js';
import { type PromptImage, type PromptImages, spelled } from './prompt-image.js';
import { type Row, rowOf, tokensOf, twinId } from './row.js';
import { type Logits, type Part, type Task, type Turn, unreadOf } from './task.js';

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
  /** Whether the answer is told as one, once it is whole, which costs less. Absent: false. */
  readonly atOnce?: boolean | undefined;
  /** Another prompt, after which the same answer is read beside it. Absent: none. */
  readonly twin?: readonly number[] | undefined;
  /** What prompts show, the other one too if it shows any. Absent: no images. */
  readonly images?: PromptImages | undefined;
  /** How answers are searched for. Absent: one is gone on with token by token. */
  readonly beams?: BeamOptions | undefined;
  /**
   * Paths of which one is chosen and read before the answer begins, which tokens and texts that are
   * told are of alone. Absent: none.
   */
  readonly link?: LinkOptions | undefined;
}

/** What a sequence is made of. */
export interface SequenceAsked {
  readonly id: number;
  readonly owner: string;
  readonly prompt: readonly number[];
  readonly adapter: LoadedAdapter | undefined;
  readonly options: SequenceOptions;
  readonly tokenizer: Pick<Tokenizer, 'bytesOf' | 'decode' | 'eosIds'>;
  /** Tokens that the prompt and its answer may have. */
  readonly maxContext: number;
  /** What `options.form` allows. Absent: any text. */
  readonly constraint?: Constraint | undefined;
}

/** Rows that are read at once, at most. */
export const rowsAsked = ({ twin, beams }: Pick<SequenceOptions, 'twin' | 'beams'>): number =>
  (twin ? 2 : 1) * (beams?.width ?? 1);

/** A token's part of the text, and why it is the last. */
type Piece = Pick<Chunk, 'text' | 'finishReason' | 'stopReason'>;

export class Sequence implements Task {
  readonly tokens: number[];
  read = 0;
  cached?: number;
  private readonly chooser: Chooser;
  private readonly detokenizer: Detokenizer;
  private readonly stops: StopMatcher;
  /** Whether its strategy reads what early layers leave. */
  readonly asksLayers: boolean;
  readonly width = 1;

  readonly id: number;
  readonly owner: string;
  readonly prompt: readonly number[];
  readonly adapter: LoadedAdapter | undefined;
  private readonly options: SequenceOptions;

  /** @param from where it goes on from, by itself. */
  constructor(
    private readonly asked: SequenceAsked,
    from?: Sequence,
  ) {
    const { prompt, options, tokenizer, constraint } = asked;
    this.id = asked.id;
    this.owner = asked.owner;
    this.prompt = prompt;
    this.adapter = asked.adapter;
    this.options = options;
    const { stop, includeStop, spellsSpecial, continues, decoding } = options;
    const strategy = decoding && strategyOf(decoding);
    this.asksLayers = decoding !== undefined && 'layers' in decoding;
    const { eosIds } = tokenizer;
    const decode = (ids: readonly number[]): string => tokenizer.decode(ids, { spellsSpecial });
    this.tokens = [...(from?.tokens ?? [])];
    const text = (): readonly number[] => spelled(prompt, options.images);
    this.chooser =
      from?.chooser.fork() ?? Chooser.of(options, { prompt: text(), eosIds, strategy, constraint });
    this.detokenizer = from?.detokenizer.fork() ?? new Detokenizer(decode, continues ? text() : []);
    this.stops = from?.stops.fork() ?? new StopMatcher(stop, includeStop);
  }

  /** Goes on from here by itself. */
  fork(): Sequence {
    return new Sequence(this.asked, this);
  }

  get images(): readonly PromptImage[] | undefined {
    return this.options.images?.shown;
  }

  /** What the model reads for it: with a row of its own the same answer after another prompt. */
  get rows(): Row[] {
    return this.rowsOf(this.id);
  }

  /** @param id of the first of its rows. */
  rowsOf(id: number): Row[] {
    const { twin } = this.options;
    const own = rowOf(this, id);
    if (!twin) return [own];
    const { images, adapter, tokens } = this;
    return [own, rowOf({ prompt: twin, images, adapter, tokens }, twinId(id))];
  }

  get lengths(): number[] {
    return this.rows.map(tokensOf);
  }

  get unread(): number {
    return unreadOf(this);
  }

  get ahead(): number {
    return this.longest - this.tokens.length;
  }

  get isStreamed(): boolean {
    return !this.options.atOnce;
  }

  /** Tokens that the answer may have. */
  get longest(): number {
    const { maxTokens, twin = [] } = this.options;
    return Math.min(maxTokens, this.asked.maxContext - Math.max(this.prompt.length, twin.length));
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

  /** What may come next, as beams are ranked by. @param twin of the other prompt's row. */
  logProbs(logits: Float32Array, twin?: Float32Array): Asking<Float32Array> {
    return this.chooser.logProbs(logits, this.tokens, twin);
  }

  /** Goes on after a token that was chosen by whoever asked. */
  take(token: number, logits: Float32Array): Chunk {
    this.chooser.take(token);
    return this.add(token, logits);
  }

  /** What the strategy that was asked for has done. */
  get usage(): DecodingUsage | undefined {
    return this.chooser.usage;
  }

  advance(logits: Logits): Part[] {
    return [
      { row: this.id, asking: this.chosen(required(logits, this.id), logits.get(twinId(this.id))) },
    ];
  }

  /** Chooses the next token. @param logits [vocabulary] @param twin of the other prompt's row. */
  private *chosen(logits: Float32Array, twin?: Float32Array): Asking<Turn> {
    const token = yield* this.chooser.choose(logits, this.tokens, twin);
    const chunk = this.add(token, logits);
    const { usage } = this;
    return { chunk: usage ? { ...chunk, decoding: usage } : chunk };
  }

  private add(token: number, logits: Float32Array): Chunk {
    this.tokens.push(token);
    return { ...this.pieceOf(token), tokenIds: [token], ...this.likelihoodOf(token, logits) };
  }

  private likelihoodOf(token: number, logits: Float32Array): Pick<Chunk, 'logProbs'> {
    const { logProbs: count } = this.options;
    if (count === undefined) return {};
    return {
      logProbs: [logProbOf(logits, token, count, (id) => this.asked.tokenizer.bytesOf(id))],
    };
  }

  private pieceOf(token: number): Piece {
    const { stopTokenIds = [], includeStop } = this.options;
    if (this.asked.tokenizer.eosIds.includes(token)) return this.finish('', 'stop');
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
    return this.tokens.length >= this.longest;
  }

  private finish(text: string, finishReason: FinishReason): Piece {
    const { text: rest, stop } = this.stops.push(this.detokenizer.flush());
    if (stop !== undefined) return { text: text + rest, finishReason: 'stop', stopReason: stop };
    return { text: text + rest + this.stops.flush(), finishReason };
  }
}
