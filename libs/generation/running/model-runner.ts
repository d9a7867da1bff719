// Runs the model's graphs: prompts into the cache, one decode step for all rows, log-probs of given
// completions, normalised states of prompts.

import { isDeepStrictEqual } from 'node:util';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { ropeChanges } from '#models/layers/rope.js';
import { decodeSizes } from '#models/passes/attention/cached-attention.js';
import { traceOf } from '#models/passes/trace.js';
import { int64 } from '#runtime/graph-session.js';
import { Cache } from '../cache/cache.js';
import { RowsAside } from '../cache/rows-aside.js';
import type { Answer, Question } from '../decoding/early-layers.js';
import { AdapterRows, adaptersOf, type LoadedAdapter } from './adapter-rows.js';
import { graphInputs, graphOutputs, type PassKind } from './graphs.js';
import { type LayerQuestion, LayerReader } from './layer-reader.js';
import { byLayer, inRows } from './pass-results.js';
import { placeOffset } from './prompt-image.js';
import { type Followed, type Prompt, type PromptOptions, PromptReader } from './prompt-reader.js';
import { type Row, tokensOf } from './row.js';
import type { ScoreBatch } from './score-batch.js';
import type { ScoredTargets } from './score.js';
import { Scorer } from './scorer.js';
import { Sessions } from './sessions.js';
import type { RowCopy } from './task.js';
import { TokenPasses } from './token-passes.js';

/** A row as if all that there is of it were its prompt. */
export const wholeOf = ({
  id,
  adapter,
  asksLayers = false,
  prompt,
  images,
  tokens,
}: Omit<Row, 'last'>) => ({
  id,
  adapter,
  asksLayers,
  images,
  prompt: [...prompt, ...tokens],
});

/** A question of a strategy about a row. */
export interface Asked {
  readonly row: number;
  readonly question: Question;
}

/** Tokens of a prompt read in a pass: attention lays out as many lines as wide as the prompt. */
const LONGEST_PART = 512;

export class ModelRunner {
  private readonly cache: Cache;
  private readonly sessions: Sessions;
  private readonly prompts: PromptReader;
  private readonly scorer: Scorer;
  private readonly adapters: AdapterRows;
  private readonly layers: LayerReader;
  private readonly aside: RowsAside;
  /** What the embedding and each layer left of the newest token, by rows that ask for it. */
  private readonly states = new Map<number, Float32Array>();
  /** What followed the prompts of rows, of which no token was read yet. */
  private readonly followed = new Map<number, Followed>();

  constructor(private readonly options: PromptOptions) {
    const { config } = options;
    this.cache = new Cache(config);
    this.sessions = new Sessions(options);
    const passes = new TokenPasses(config, this.sessions);
    this.prompts = new PromptReader(options, passes, this);
    this.scorer = new Scorer(config, passes);
    this.adapters = new AdapterRows(config);
    this.layers = new LayerReader(options);
    this.aside = new RowsAside(options.prefixes);
  }

  /** Of the model. */
  get depth(): number {
    return this.options.config.numHiddenLayers;
  }

  /** Ids below it are tokens. */
  get vocabulary(): number {
    return this.options.config.vocabSize;
  }

  /** Tokens of the longest sequence that is rotated as any shorter one is. */
  get steadyLength(): number {
    return this.prompts.steadyLength;
  }

  /** Reads a whole prompt into a row of its own. @returns logits, as `read`. */
  async prefill(prompt: Prompt): Promise<Float32Array> {
    for (;;) {
      const logits = await this.read(prompt, LONGEST_PART);
      if (!logits) continue;
      this.join(prompt.id);
      return logits;
    }
  }

  /** Begins to read a prompt. @returns how many of its tokens need not be, as they were read before. */
  begin(prompt: Prompt, owner: string): number {
    return this.prompts.begin(prompt, owner);
  }

  /**
   * Takes rows out of the batch, with what is read for them, to go on later as if they had not been.
   * @returns whether there is room for what they hold; without it they are to be released.
   */
  setAside(ids: readonly number[]): boolean {
    const rows = ids.map((id) =>
      this.cache.rowOf(id) < 0
        ? { id, bytes: this.prompts.bytesOf(id) }
        : { id, bytes: this.cache.bytesOf(id), take: () => this.cache.unrolled(id) },
    );
    if (!this.aside.add(rows)) return false;
    for (const id of ids) this.cache.remove(id);
    return true;
  }

  /**
   * Goes on with a row that was set aside.
   * @returns how many of its tokens need not be read: of one that was decoded the last is decoded next.
   */
  goOn(row: Row): number {
    return this.takeBack(row.id) ? tokensOf(row) : this.prompts.readOf(row.id);
  }

  /** A row that was set aside waits no more. @returns whether it is in the batch again. */
  takeBack(id: number): boolean {
    const keys = this.aside.take(id);
    if (keys) this.cache.insert(id, keys);
    return keys !== undefined;
  }

  /** Keeps what was read of a row, before or after it has joined, for prompts that begin alike. */
  keep(prompt: Prompt, owner: string): void {
    this.prompts.keep(prompt, owner, () => this.cache.whole(prompt.id));
  }

  /**
   * Reads up to `count` tokens of a prompt onto those that were read before, as many of them as end
   * a pass.
   * @returns the logits of the token that follows, [vocabulary], once all are read.
   */
  async read(prompt: Prompt, count: number): Promise<Float32Array | undefined> {
    const followed = await this.prompts.read(prompt, count);
    if (followed?.states) this.states.set(prompt.id, followed.states);
    return followed?.logits;
  }

  /**
   * Gives a prompt that is read a row of its own: all rows are decoded from now on.
   * @param logits that follow it, for others of the same prompt. Absent: nobody shares it.
   */
  join(id: number, logits?: Float32Array): void {
    this.cache.insert(id, this.prompts.take(id));
    if (logits) this.followed.set(id, { logits, states: this.states.get(id) });
  }

  /** Which of the others has the same prompt before its tokens, all of it still there. */
  alike({ id, prompt, tokens, adapter, asksLayers }: Row, others: readonly Row[]): Row | undefined {
    if (tokens.length > 0) return undefined;
    const { length } = prompt;
    return others.find((other) => {
      const followed = this.followed.get(other.id);
      return (
        followed !== undefined &&
        other.id !== id &&
        (!asksLayers || followed.states !== undefined) &&
        other.adapter === adapter &&
        isDeepStrictEqual(other.prompt, prompt) &&
        this.cache.keeps(other.id, length) &&
        (other.tokens.length <= 1 || length + other.tokens.length - 1 <= this.steadyLength)
      );
    });
  }

  /** Has a row begin with what was read of another's prompt. @returns as `read`. */
  share(from: Row, { id, prompt, asksLayers }: Row): Float32Array {
    const followed = required(this.followed, from.id);
    this.prompts.leave(id);
    this.cache.copy(from.id, id, prompt.length);
    if (asksLayers && followed.states) this.states.set(id, followed.states);
    this.followed.set(id, followed);
    return followed.logits;
  }

  /** Tokens of a prompt under way that were read. */
  readOf(id: number): number {
    return this.prompts.readOf(id);
  }

  /**
   * Reads every sequence's last token. @param sequences all that have a row. @returns logits,
   * [vocabulary] each. A sequence whose length changes how all its tokens are rotated is read again
   * as a whole: once with long rope, at every token beyond the original context with dynamic rope.
   */
  async decode(sequences: readonly Row[]): Promise<Float32Array[]> {
    const { ropes } = traceOf(this.options.config);
    const isOver = ({ prompt, tokens }: Row): boolean =>
      ropes.some((rope) => ropeChanges(rope, prompt.length + tokens.length));
    const again = sequences.filter(isOver);
    for (const { id } of again) this.cache.remove(id);
    const going = sequences.filter((sequence) => !again.includes(sequence));
    const logits = new Map<number, Float32Array>();
    for (const [{ id }, result] of zip(going, await this.decodeStep(going))) logits.set(id, result);
    for (const row of again) logits.set(row.id, await this.prefill(wholeOf(row)));
    return sequences.map(({ id }) => required(logits, id));
  }

  /** One token a row over the cache. */
  private async decodeStep(sequences: readonly Row[]): Promise<Float32Array[]> {
    if (sequences.length === 0) return [];
    const { config } = this.options;
    const rows: Row[] = [];
    for (const sequence of sequences) rows[this.cache.rowOf(sequence.id)] = sequence;
    const adapters = rows.map((row) => row.adapter);
    const { feeds, sizes } = adaptersOf(this.adapters, adapters);
    const isTapped = rows.some(({ asksLayers }) => asksLayers);
    const lone = rows.length === 1 && (await this.sessions.areLoneRowsApart);
    const extras = { adapted: feeds !== undefined, tapped: isTapped, seeing: false, lone };
    const session = await this.sessions.of('decode', extras);
    const inputs = {
      ...feeds,
      ...this.cache.feeds(rows.map(({ prompt, images }) => placeOffset(config, prompt, images))),
      [graphInputs.ids]: int64(rows.map((row) => row.last)),
    };
    const results = await session.run(inputs, {
      ...decodeSizes(config, rows.length, this.cache.capacity),
      ...sizes,
    });
    this.cache.append(byLayer(results, config, graphOutputs.fresh));
    const rowsOf = (name: string): Float32Array[] => inRows(required(results, name), rows.length);
    if (isTapped) {
      for (const [{ id, asksLayers }, states] of zip(rows, rowsOf(graphOutputs.stream)))
        if (asksLayers) this.states.set(id, states);
    }
    const logits = rowsOf(graphOutputs.logits);
    return sequences.map(({ id }) => item(logits, this.cache.rowOf(id)));
  }

  /** What the layers say of sequences' newest tokens. @param asked of sequences that ask layers. */
  ask(asked: readonly Asked[]): Promise<Answer[]> {
    return this.layers.read(
      asked.map(({ row, question }) => ({ states: required(this.states, row), question })),
    );
  }

  /** What layers say of tokens of which it is known what they left. */
  askLayers(asked: readonly LayerQuestion[]): Promise<Answer[]> {
    return this.layers.read(asked);
  }

  /** Has a row begin as a copy of another: a new one, or in the place of what it holds. */
  copy(from: number, to: number): void {
    this.cache.copy(from, to);
    const followed = this.followed.get(from);
    if (followed) this.followed.set(to, followed);
    this.prompts.copy(from, to);
  }

  /** Takes a row out of the batch, to read on under another id or to wait. */
  park({ from, to }: RowCopy): void {
    this.prompts.park(from, to, this.cache.unrolled(from));
    this.release(from);
  }

  /**
   * Goes on with a prompt of which a row was parked; one whose length changes its rotation is begun
   * anew, as is one that was not.
   * @returns as `begin`
   */
  readOn(prompt: Prompt, owner: string): number {
    return this.prompts.readOn(prompt, owner);
  }

  /** Frees a row. */
  release(id: number): void {
    this.aside.take(id);
    this.cache.remove(id);
    this.prompts.release(id);
    this.states.delete(id);
    this.followed.delete(id);
  }

  score(
    batch: ScoreBatch,
    adapter: LoadedAdapter | undefined,
    kind: PassKind,
  ): Promise<ScoredTargets> {
    return this.scorer.score(batch, adapter, kind);
  }

  async close(): Promise<void> {
    await this.sessions.close();
    await this.layers.close();
  }
}
