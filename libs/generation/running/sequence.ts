// One request on its way: its prompt, its tokens so far, and when it is over.

import { last } from '#collections/items.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { Chooser } from '../decoding/chooser.js';
import type { Asking } from '../decoding/early-layers.js';
import type { Sampling } from '../decoding/sampling.js';
import { strategyOf } from '../decoding/strategies.js';
import type { DecodingUsage } from '../decoding/tally.js';
import { Detokenizer } from '../text/detokenizer.js';
import { StopMatcher } from '../text/stop-matcher.js';
import type { LoadedAdapter } from './adapter-rows.js';

export type FinishReason = 'stop' | 'length';

export interface SequenceOptions extends Sampling {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Whether the answer goes on in the midst of the prompt's text, which spells its first token. */
  readonly continues: boolean;
}

export interface Chunk {
  readonly text: string;
  /** Tokens since the last chunk, an end of turn included. */
  readonly tokenIds: readonly number[];
  /** Only in a sequence's last chunk. */
  readonly finishReason?: FinishReason;
  /** What the strategy that was asked for has done, in the last chunk. */
  readonly decoding?: DecodingUsage;
}

export class Sequence {
  readonly tokens: number[] = [];
  private readonly chooser: Chooser;
  private readonly detokenizer: Detokenizer;
  private readonly stops: StopMatcher;

  constructor(
    readonly id: number,
    readonly owner: string,
    readonly prompt: readonly number[],
    readonly adapter: LoadedAdapter | undefined,
    private readonly options: SequenceOptions,
    private readonly tokenizer: Pick<Tokenizer, 'decode' | 'eosIds'>,
    private readonly maxContext: number,
  ) {
    const strategy = options.decoding && strategyOf(options.decoding);
    this.chooser = new Chooser(options, { prompt, eosIds: tokenizer.eosIds, strategy });
    const before = options.continues ? prompt : [];
    this.detokenizer = new Detokenizer((ids) => tokenizer.decode(ids), before);
    this.stops = new StopMatcher(options.stop);
  }

  /** The newest token, which the next decode step reads. */
  get last(): number {
    return last(this.tokens);
  }

  /** Whether its strategy reads what early layers leave. */
  get asksLayers(): boolean {
    return this.options.decoding !== undefined;
  }

  /** Chooses the next token. @param logits [vocabulary] */
  *advance(logits: Float32Array): Asking<Chunk> {
    const token = yield* this.chooser.choose(logits, this.tokens);
    const chunk = this.add(token);
    const { usage } = this.chooser;
    return chunk.finishReason && usage ? { ...chunk, decoding: usage } : chunk;
  }

  private add(token: number): Chunk {
    this.tokens.push(token);
    if (this.isEnd(token)) return this.finish('', [token], 'stop');
    const { text, isStopped } = this.stops.push(this.detokenizer.push(token));
    if (isStopped) return { text, tokenIds: [token], finishReason: 'stop' };
    if (this.chooser.hasEnded) return this.finish(text, [token], 'stop');
    if (this.isFull()) return this.finish(text, [token], 'length');
    return { text, tokenIds: [token] };
  }

  private isEnd(token: number): boolean {
    const { stopTokenIds = [] } = this.options;
    return this.tokenizer.eosIds.includes(token) || stopTokenIds.includes(token);
  }

  private isFull(): boolean {
    return (
      this.tokens.length >= this.options.maxTokens ||
      this.prompt.length + this.tokens.length >= this.maxContext
    );
  }

  private finish(text: string, tokenIds: readonly number[], finishReason: FinishReason): Chunk {
    const rest = this.stops.push(this.detokenizer.flush());
    if (rest.isStopped) return { text: text + rest.text, tokenIds, finishReason: 'stop' };
    return { text: text + rest.text + this.stops.flush(), tokenIds, finishReason };
  }
}
