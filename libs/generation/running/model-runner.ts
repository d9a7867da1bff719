// Runs the model's graphs: prompts into the cache, one decode step for all rows, log-probs of given
// completions, normalised states of prompts.

import { isDeepStrictEqual } from 'node:util';
import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { ropeChanges, steadyLength } from '#models/layers/rope.js';
import { decodeSizes } from '#models/passes/attention/cached-attention.js';
import { promptPartInputs } from '#models/passes/attention/prompt-inputs.js';
import { type PassInputs, sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { featureFeeds } from '#models/passes/image-features.js';
import { patchFeeds } from '#models/passes/patches.js';
import { expectedTensors, traceOf } from '#models/passes/trace.js';
import { isBlocks } from '#models/tensors/block-tensor.js';
import type { Feeds } from '#runtime/feed.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';
import { Cache } from '../cache/cache.js';
import { BLOCK, type PrefixStore } from '../cache/prefix-store.js';
import { PromptCache } from '../cache/prompt-cache.js';
import type { Answer, Question } from '../decoding/early-layers.js';
import { type AdapterInputs, AdapterRows, type LoadedAdapter } from './adapter-rows.js';
import {
  buildGraph,
  type Extras,
  type GraphKind,
  graphInputs,
  graphOutputs,
  type PassKind,
  PICKED,
} from './graphs.js';
import { type LayerQuestion, LayerReader, type ReaderOptions } from './layer-reader.js';
import { placeOffset, placesIn, type PromptImage, seenIn } from './prompt-image.js';
import type { Row } from './row.js';
import { placedPatches, placesRead, type ScoreBatch } from './score-batch.js';
import type { ScoredTargets } from './score.js';
import type { RowCopy } from './task.js';

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

export interface RunnerOptions extends ReaderOptions {
  readonly maxContext: number;
  /** Absent: no prompt is begun with what was read before. */
  readonly prefixes?: PrefixStore | undefined;
}

interface Followed {
  readonly logits: Float32Array;
  /** What layers left of the prompt's last token, where that was asked for. */
  readonly states: Float32Array | undefined;
}

/** A prompt that is read into a row, in one piece or in several. */
type Prompt = Omit<Row, 'tokens' | 'last'>;

/** What a pass reads, and asks for. */
interface TokensAsked extends Pick<ScoreBatch, 'ids' | 'positions'> {
  readonly targets?: readonly number[];
  /** Of the prompts that are read. */
  readonly images?: readonly PromptImage[] | undefined;
  readonly more?: { readonly feeds: Feeds; readonly sizes?: PassInputs['sizes'] } | undefined;
  readonly isTapped?: boolean;
}

/** A question of a strategy about a row. */
export interface Asked {
  readonly row: number;
  readonly question: Question;
}

/** Tokens of a prompt read in a pass: attention lays out as many lines as wide as the prompt. */
const LONGEST_PART = 512;
/**
 * Passes over weights in blocks end where the position is a multiple of it: their products round what
 * they multiply, which would enlarge the last bits that show where a pass has ended.
 */
const STEADY_PART = 16;

export class ModelRunner {
  private readonly cache: Cache;
  /** By sequences whose prompts are being read. */
  private readonly reading = new Map<number, PromptCache>();
  private readonly sessions = new Map<string, Promise<GraphSession>>();
  /** Stacks apart, as prefill and score passes between two decode steps would undo the batch's. */
  private readonly batchAdapters: AdapterRows;
  private readonly singleAdapter: AdapterRows;
  private readonly layers: LayerReader;
  /** Whether passes over prompts end at fixed positions. */
  private readonly isSteady: boolean;
  /** When a row's prompt was begun (`PrefixStore.epoch`). */
  private readonly begunAt = new Map<number, number>();
  /** What the embedding and each layer left of the newest token, by rows that ask for it. */
  private readonly states = new Map<number, Float32Array>();
  /** What followed the prompts of rows, of which no token was read yet. */
  private readonly followed = new Map<number, Followed>();

  constructor(private readonly options: RunnerOptions) {
    this.isSteady = [...options.weights.values()].some(isBlocks);
    this.cache = new Cache(options.config);
    this.batchAdapters = new AdapterRows(options.config);
    this.singleAdapter = new AdapterRows(options.config);
    this.layers = new LayerReader(options);
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
    return Math.min(...traceOf(this.options.config).ropes.map(steadyLength));
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
  begin({ id, prompt, adapter }: Prompt, owner: string): number {
    const { config, prefixes } = this.options;
    const cache = new PromptCache(config, prompt.length);
    this.reading.set(id, cache);
    if (!prefixes || prompt.length > this.steadyLength) return 0;
    this.begunAt.set(id, prefixes.epoch);
    for (const { keys, values } of prefixes.find({ owner, model: adapter ?? this }, prompt))
      cache.append(BLOCK, keys, values);
    return cache.length;
  }

  /** Keeps what was read of a row, before or after it has joined, for prompts that begin alike. */
  keep({ id, prompt, adapter }: Prompt, owner: string): void {
    const { prefixes } = this.options;
    if (!prefixes || prompt.length > this.steadyLength) return;
    if (this.begunAt.get(id) !== prefixes.epoch) return;
    const read = this.reading.get(id) ?? this.cache.whole(id);
    if (read) prefixes.keep({ owner, model: adapter ?? this }, prompt.slice(0, read.length), read);
  }

  /**
   * Reads up to `count` tokens of a prompt onto those that were read before, as many of them as end
   * a pass.
   * @returns the logits of the token that follows, [vocabulary], once all are read.
   */
  async read(prompt: Prompt, count: number): Promise<Float32Array | undefined> {
    const { length } = prompt.prompt;
    const to = Math.min(this.readOf(prompt.id) + count, length);
    for (;;) {
      const from = this.readOf(prompt.id);
      const end = this.isSteady ? Math.min(nextEnd(from), length) : to;
      if (end > to) return undefined;
      const logits = await this.readPass(prompt, end - from);
      if (logits || end === to) return logits;
    }
  }

  /** Reads the next tokens of a prompt in one pass. @returns as read */
  private async readPass(
    { id, prompt, images, adapter, asksLayers = false }: Prompt,
    count: number,
  ): Promise<Float32Array | undefined> {
    const { config } = this.options;
    const before = this.reading.get(id) ?? new PromptCache(config, prompt.length);
    this.reading.set(id, before);
    const from = before.length;
    const ids = prompt.slice(from, from + count);
    const isLast = from + ids.length === prompt.length;
    const places = placesIn(config, prompt, images)?.slice(from, from + count);
    const part = { from, count: ids.length, past: before.past, length: prompt.length, places };
    const inputs = promptPartInputs(config, part);
    const results = await this.runTokens('prefill', adapter, inputs, {
      ids,
      positions: isLast ? [ids.length - 1] : [],
      images,
      more: { feeds: before.feeds() },
      isTapped: asksLayers && isLast,
    });
    const layers = (name: (layer: number) => string) => this.byLayer(results, name);
    before.append(ids.length, layers(graphOutputs.keys), layers(graphOutputs.values));
    if (!isLast) return undefined;
    if (asksLayers) this.states.set(id, required(results, graphOutputs.stream));
    return required(results, graphOutputs.logits);
  }

  /**
   * Gives a prompt that is read a row of its own: all rows are decoded from now on.
   * @param logits that follow it, for others of the same prompt. Absent: nobody shares it.
   */
  join(id: number, logits?: Float32Array): void {
    this.cache.insert(id, required(this.reading, id));
    this.reading.delete(id);
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
    this.reading.delete(id);
    this.cache.copy(from.id, id, prompt.length);
    if (asksLayers && followed.states) this.states.set(id, followed.states);
    this.followed.set(id, followed);
    return followed.logits;
  }

  /** Tokens of a prompt under way that were read. */
  readOf(id: number): number {
    return this.reading.get(id)?.length ?? 0;
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
    const { feeds, sizes } = adaptersOf(
      this.batchAdapters,
      rows.map((row) => row.adapter),
    );
    const isTapped = rows.some(({ asksLayers }) => asksLayers);
    const session = await this.session('decode', {
      adapted: feeds !== undefined,
      tapped: isTapped,
      seeing: false,
    });
    const inputs = {
      ...feeds,
      ...this.cache.feeds(rows.map(({ prompt, images }) => placeOffset(config, prompt, images))),
      [graphInputs.ids]: int64(rows.map((row) => row.last)),
    };
    const results = await session.run(inputs, {
      ...decodeSizes(config, rows.length, this.cache.capacity),
      ...sizes,
    });
    this.cache.append(this.byLayer(results, graphOutputs.fresh));
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
    const begun = this.begunAt.get(from);
    if (begun !== undefined) this.begunAt.set(to, begun);
  }

  /** Takes a row out of the batch, to read on under another id or to wait. */
  park({ from, to }: RowCopy): void {
    const { length, keys, values } = this.cache.unrolled(from);
    const parked = new PromptCache(this.options.config, this.options.maxContext);
    parked.append(length, keys, values);
    this.reading.set(to, parked);
    const begun = this.begunAt.get(from);
    if (begun !== undefined) this.begunAt.set(to, begun);
    this.release(from);
  }

  /**
   * Goes on with a prompt of which a row was parked; one whose length changes its rotation is begun
   * anew, as is one that was not.
   * @returns as `begin`
   */
  readOn(prompt: Prompt, owner: string): number {
    const parked = this.reading.get(prompt.id);
    const isSteady = prompt.prompt.length <= this.steadyLength;
    return parked && isSteady ? parked.length : this.begin(prompt, owner);
  }

  /** Frees a row. */
  release(id: number): void {
    this.cache.remove(id);
    this.reading.delete(id);
    this.states.delete(id);
    this.followed.delete(id);
    this.begunAt.delete(id);
  }

  async score(
    batch: ScoreBatch,
    adapter: LoadedAdapter | undefined,
    kind: PassKind,
  ): Promise<ScoredTargets> {
    const { config } = this.options;
    const rows = batch.lengths.map((length) => [length]);
    const places = sequenceInputs(config, rows, batch.shared, placesRead(config, batch));
    const results = await this.runTokens(kind, adapter, places, {
      ...batch,
      images: batch.rows.flatMap((row) => row.images ?? []),
      more: this.patchesOf(batch, kind),
    });
    if (kind === 'stream')
      return { logProbs: new Float32Array(), stream: required(results, graphOutputs.stream) };
    if (kind === 'embed')
      return { logProbs: new Float32Array(), hidden: required(results, graphOutputs.hidden) };
    const logProbs = required(results, graphOutputs.logProbs);
    if (kind === 'score' || kind === 'patched') return { logProbs };
    if (kind === 'states') return { logProbs, states: this.byLayer(results, graphOutputs.states) };
    if (kind === 'gradient')
      return { logProbs, gradientNorm: this.normOf(results) / batch.targets.length };
    if (kind === 'likeliest') {
      const ids = required(results, graphOutputs.likeliest);
      const found = required(results, graphOutputs.likeliestLogProbs);
      return {
        logProbs,
        likeliest: { ids, logProbs: found, above: required(results, graphOutputs.above) },
      };
    }
    const [best, bestLogProbs, means, variances] = [
      required(results, graphOutputs.best),
      required(results, graphOutputs.bestLogProbs),
      required(results, graphOutputs.means),
      required(results, graphOutputs.variances),
    ];
    const detail = { best, bestLogProbs, means, variances };
    if (kind === 'detail') return { logProbs, detail };
    const early = this.byLayer(results, graphOutputs.layerLogProbs);
    return { logProbs, detail, layers: [...early, logProbs] };
  }

  private patchesOf(batch: ScoreBatch, kind: PassKind): PassInputs | undefined {
    if (kind !== 'patched') return undefined;
    return patchFeeds(this.options.config, batch.ids.length, placedPatches(batch));
  }

  private byLayer(
    results: ReadonlyMap<string, Float32Array>,
    nameOf: (layer: number) => string,
  ): Float32Array[] {
    const { numHiddenLayers } = this.options.config;
    return Array.from({ length: numHiddenLayers }, (_, layer) => required(results, nameOf(layer)));
  }

  /** Mean of the 2-norms of the tensors' gradients. */
  private normOf(results: ReadonlyMap<string, Float32Array>): number {
    const norms = Array.from(expectedTensors(this.options.config).keys(), (_, tensor) =>
      Math.sqrt(first(required(results, graphOutputs.gradientSquare(tensor)))),
    );
    return norms.reduce((a, b) => a + b, 0) / norms.length;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).close();
    await this.layers.close();
  }

  /** A pass over tokens that all have one adapter. */
  private async runTokens(
    kind: GraphKind,
    adapter: LoadedAdapter | undefined,
    places: PassInputs,
    { ids: asked, positions, targets = [], images = [], more, isTapped = false }: TokensAsked,
  ) {
    const { feeds, sizes } = adaptersOf(this.singleAdapter, [adapter]);
    const { config } = this.options;
    const { ids, placed } = seenIn(asked, images);
    const seeing = placed.length > 0;
    const session = await this.session(kind, {
      adapted: feeds !== undefined,
      tapped: isTapped,
      seeing,
    });
    const features = seeing ? featureFeeds(config.hiddenSize, ids.length, placed) : undefined;
    const inputs = {
      [graphInputs.ids]: int64(ids),
      [graphInputs.positions]: int64(positions),
      [graphInputs.targets]: int64(targets),
    };
    return session.run(
      { ...feeds, ...inputs, ...places.feeds, ...more?.feeds, ...features?.feeds },
      { ...places.sizes, ...more?.sizes, ...features?.sizes, [PICKED]: positions.length, ...sizes },
    );
  }

  /** Graphs with and without adapters, the layers' states or features are made when first asked for. */
  private session(kind: GraphKind, extras: Extras): Promise<GraphSession> {
    const { adapted, tapped, seeing } = extras;
    const key = `${kind} ${adapted} ${tapped} ${seeing}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const { config, weights, maxContext, compute } = this.options;
    const session = GraphSession.create(
      buildGraph(kind, config, maxContext, extras),
      compute,
      weights,
    );
    this.sessions.set(key, session);
    return session;
  }
}

const nextEnd = (from: number): number => (Math.floor(from / STEADY_PART) + 1) * STEADY_PART;

/** [rows * n] -> [n] each. */
const inRows = (data: Float32Array, rows: number): Float32Array[] =>
  Array.from({ length: rows }, (_, row) =>
    data.subarray((row * data.length) / rows, ((row + 1) * data.length) / rows),
  );

function adaptersOf(
  stacks: AdapterRows,
  adapters: readonly (LoadedAdapter | undefined)[],
): Partial<AdapterInputs> {
  return adapters.every((adapter) => adapter === undefined) ? {} : stacks.feeds(adapters);
}
