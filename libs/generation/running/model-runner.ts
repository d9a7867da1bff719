// Runs the model's graphs: prompts into the cache, one decode step for all rows, log-probs of given
// completions, normalised states of prompts.

import { isDeepStrictEqual } from 'node:util';
import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { ropeChanges, steadyLength } from '#models/layers/rope.js';
import { decodeSizes } from '#models/passes/attention/cached-attention.js';
import { type PassInputs, sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { patchFeeds } from '#models/passes/patches.js';
import { expectedTensors, traceOf } from '#models/passes/trace.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';
import { Cache } from '../cache/cache.js';
import type { Answer, Question } from '../decoding/early-layers.js';
import { type AdapterInputs, AdapterRows, type LoadedAdapter } from './adapter-rows.js';
import {
  buildGraph,
  type GraphKind,
  graphInputs,
  graphOutputs,
  PICKED,
  type ScoreKind,
} from './graphs.js';
import { LayerReader, type ReaderOptions } from './layer-reader.js';
import type { Row } from './row.js';
import { placedPatches, type ScoreBatch } from './score-batch.js';
import type { ScoredTargets } from './score.js';

/** A row as if all that there is of it were its prompt. */
export const wholeOf = ({
  id,
  adapter,
  asksLayers = false,
  prompt,
  tokens,
}: Omit<Row, 'last'>) => ({
  id,
  adapter,
  asksLayers,
  prompt: [...prompt, ...tokens],
});

export interface RunnerOptions extends ReaderOptions {
  readonly maxContext: number;
}

interface Followed {
  readonly logits: Float32Array;
  /** What layers left of the prompt's last token, where that was asked for. */
  readonly states: Float32Array | undefined;
}

/** What a pass over whole sequences reads, and asks for. */
type SequencePass = Pick<ScoreBatch, 'ids' | 'lengths' | 'positions'> &
  Partial<Pick<ScoreBatch, 'shared' | 'targets'>>;

/** A question of a strategy about a row. */
export interface Asked {
  readonly row: number;
  readonly question: Question;
}

export class ModelRunner {
  private readonly cache: Cache;
  private readonly sessions = new Map<string, Promise<GraphSession>>();
  /** Stacks apart, as prefill and score passes between two decode steps would undo the batch's. */
  private readonly batchAdapters: AdapterRows;
  private readonly singleAdapter: AdapterRows;
  private readonly layers: LayerReader;
  /** What the embedding and each layer left of the newest token, by rows that ask for it. */
  private readonly states = new Map<number, Float32Array>();
  /** What followed the prompts of rows, of which no token was read yet. */
  private readonly followed = new Map<number, Followed>();

  constructor(private readonly options: RunnerOptions) {
    this.cache = new Cache(options.config);
    this.batchAdapters = new AdapterRows(options.config);
    this.singleAdapter = new AdapterRows(options.config);
    this.layers = new LayerReader(options);
  }

  /** Tokens of the longest sequence that is rotated as any shorter one is. */
  get steadyLength(): number {
    return Math.min(...traceOf(this.options.config).ropes.map(steadyLength));
  }

  /**
   * Reads a row as far as it goes. Where another has the same prompt before its tokens, what was read
   * of that is copied.
   * @param others that have been read.
   * @returns as prefill, and how many tokens did not have to be read.
   */
  async begin(row: Row, others: readonly Row[]): Promise<{ logits: Float32Array; shared: number }> {
    const { id, prompt, tokens, asksLayers } = row;
    if (tokens.length > 0) return { logits: await this.prefill(wholeOf(row)), shared: 0 };
    const other = others.find((one) => this.hasRead(one, row));
    const followed = other && required(this.followed, other.id);
    const logits = followed?.logits ?? (await this.prefill(row));
    if (other) this.cache.copy(other.id, id, prompt.length);
    if (asksLayers && followed?.states) this.states.set(id, followed.states);
    this.followed.set(id, { logits, states: this.states.get(id) });
    return { logits, shared: other ? prompt.length : 0 };
  }

  private hasRead(other: Row, { prompt, adapter, asksLayers }: Row): boolean {
    const followed = this.followed.get(other.id);
    const { length } = prompt;
    return (
      followed !== undefined &&
      (!asksLayers || followed.states !== undefined) &&
      other.adapter === adapter &&
      isDeepStrictEqual(other.prompt, prompt) &&
      this.cache.keeps(other.id, length) &&
      (other.tokens.length <= 1 || length + other.tokens.length - 1 <= this.steadyLength)
    );
  }

  /**
   * Reads a prompt into a row of its own.
   * @returns the logits of the token that follows, [vocabulary].
   */
  async prefill(row: Omit<Row, 'tokens' | 'last'>): Promise<Float32Array> {
    const { id, prompt, adapter, asksLayers = false } = row;
    const pass = { ids: prompt, lengths: [prompt.length], positions: [prompt.length - 1] };
    const results = await this.runSequences('prefill', adapter, pass, { isTapped: asksLayers });
    if (asksLayers) this.states.set(id, required(results, graphOutputs.stream));
    this.cache.insert(id, {
      length: prompt.length,
      keys: this.byLayer(results, graphOutputs.keys),
      values: this.byLayer(results, graphOutputs.values),
    });
    return required(results, graphOutputs.logits);
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
    const session = await this.session('decode', feeds !== undefined, isTapped);
    const inputs = {
      ...feeds,
      ...this.cache.feeds(),
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

  /** Has a row begin as a copy of another: a new one, or in the place of what it holds. */
  copy(from: number, to: number): void {
    this.cache.copy(from, to);
    const followed = this.followed.get(from);
    if (followed) this.followed.set(to, followed);
  }

  /** Frees a row. */
  release(id: number): void {
    this.cache.remove(id);
    this.states.delete(id);
    this.followed.delete(id);
  }

  async score(
    batch: ScoreBatch,
    adapter: LoadedAdapter | undefined,
    kind: ScoreKind,
  ): Promise<ScoredTargets> {
    const results = await this.runSequences(kind, adapter, batch, {
      patches: this.patchesOf(batch, kind),
    });
    if (kind === 'embed')
      return { logProbs: new Float32Array(), hidden: required(results, graphOutputs.hidden) };
    const logProbs = required(results, graphOutputs.logProbs);
    if (kind === 'score' || kind === 'patched') return { logProbs };
    if (kind === 'states') return { logProbs, states: this.byLayer(results, graphOutputs.states) };
    if (kind === 'gradient')
      return { logProbs, gradientNorm: this.normOf(results) / batch.targets.length };
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

  private patchesOf(batch: ScoreBatch, kind: ScoreKind): PassInputs | undefined {
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

  private async runSequences(
    kind: GraphKind,
    adapter: LoadedAdapter | undefined,
    { ids, lengths, shared, positions, targets = [] }: SequencePass,
    { patches, isTapped = false }: { patches?: PassInputs | undefined; isTapped?: boolean } = {},
  ) {
    const { feeds, sizes } = adaptersOf(this.singleAdapter, [adapter]);
    const session = await this.session(kind, feeds !== undefined, isTapped);
    const rows = lengths.map((length) => [length]);
    const sequences = sequenceInputs(this.options.config, rows, shared);
    const inputs = {
      [graphInputs.ids]: int64(ids),
      [graphInputs.positions]: int64(positions),
      [graphInputs.targets]: int64(targets),
    };
    return session.run(
      { ...feeds, ...inputs, ...sequences.feeds, ...patches?.feeds },
      { ...sequences.sizes, ...patches?.sizes, [PICKED]: positions.length, ...sizes },
    );
  }

  /** Graphs with and without adapters or the layers' states are made when first asked for. */
  private session(kind: GraphKind, isAdapted: boolean, isTapped: boolean): Promise<GraphSession> {
    const key = `${kind} ${isAdapted} ${isTapped}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const { config, weights, maxContext, compute } = this.options;
    const session = GraphSession.create(
      buildGraph(kind, config, maxContext, isAdapted, isTapped),
      compute,
      weights,
    );
    this.sessions.set(key, session);
    return session;
  }
}

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
