// Answers what strategies ask of early layers: questions of all rows in one run a measure.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { headSpec } from '#models/passes/head.js';
import {
  blockRows,
  type BlockTensor,
  isBlocks,
  type ServedWeight,
  widenedBlocks,
} from '#models/tensors/block-tensor.js';
import { rowsOf, type Weight } from '#models/tensors/half-tensor.js';
import type { ModelConfig } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import { type Feed, GraphSession, int64 } from '#runtime/graph-session.js';
import type { Answer, Measure, Question } from '../decoding/early-layers.js';
import { buildLayerGraph, firstPart, layerDims, layerInputs, layerOutput } from './layer-graphs.js';

export interface ReaderOptions {
  readonly config: ModelConfig;
  /** By Hugging Face name. */
  readonly weights: ReadonlyMap<string, ServedWeight>;
  readonly compute: Compute;
}

export interface LayerQuestion {
  /** What the embedding and each layer leave of a token, [layers + 1, hidden]. */
  readonly states: Float32Array;
  readonly question: Question;
}

/** Measures that compare with the last layer. */
const COMPARING: readonly Measure[] = ['divergence', 'evolution'];

export class LayerReader {
  private readonly sessions = new Map<Measure, Promise<GraphSession>>();

  constructor(private readonly options: ReaderOptions) {}

  /** The answer to each of the questions. */
  async read(asked: readonly LayerQuestion[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const measure of new Set(asked.map(({ question }) => question.measure))) {
      const places = [...asked.keys()].filter((i) => item(asked, i).question.measure === measure);
      const some = places.map((i) => item(asked, i));
      const told = measure === 'logits' ? await this.logits(some) : await this.rows(measure, some);
      for (const [place, answer] of zip(places, told)) answers[place] = answer;
    }
    return answers;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).close();
  }

  /** Questions are filled up to the same numbers of layers and of candidates by their last ones. */
  private async logits(asked: readonly LayerQuestion[]): Promise<Answer[]> {
    const layers = Math.max(...asked.map(({ question }) => question.layers.length));
    const candidates = Math.max(...asked.map(({ question }) => question.ids?.length ?? 0));
    const states = asked.flatMap(({ states: own, question }) =>
      this.statesOf(own, filled(question.layers, layers)),
    );
    const ids = asked.flatMap(({ question }) => filled(question.ids ?? [], candidates));
    const results = await (
      await this.session('logits')
    ).run(
      {
        [layerInputs.states]: this.stacked(states),
        [layerInputs.candidates]: { ...int64(ids), dims: [asked.length, candidates] },
      },
      {
        [layerDims.questions]: asked.length,
        [layerDims.layers]: layers,
        [layerDims.rows]: states.length,
        [layerDims.candidates]: candidates,
      },
    );
    const logits = required(results, layerOutput);
    return asked.map(({ question: { layers: own, ids: told = [] } }, at) =>
      own.map((_, layer) => {
        const from = (at * layers + layer) * candidates;
        return logits.subarray(from, from + told.length);
      }),
    );
  }

  private async rows(measure: Measure, asked: readonly LayerQuestion[]): Promise<Answer[]> {
    const { numHiddenLayers } = this.options.config;
    const compared = COMPARING.includes(measure) ? [numHiddenLayers] : [];
    const states: Float32Array[] = [];
    const last: number[] = [];
    for (const { states: own, question } of asked) {
      const layers = [...question.layers, ...compared];
      states.push(...this.statesOf(own, layers));
      last.push(...layers.map(() => states.length - 1));
    }
    const session = await this.session(measure);
    const results = await session.run(
      { [layerInputs.states]: this.stacked(states), [layerInputs.last]: int64(last) },
      { [layerDims.rows]: states.length },
    );
    const told = required(results, layerOutput);
    const size = told.length / states.length;
    let row = 0;
    return asked.map(({ question }) => {
      const from = row;
      row += question.layers.length + compared.length;
      return question.layers.map((_, i) => told.subarray((from + i) * size, (from + i + 1) * size));
    });
  }

  private statesOf(states: Float32Array, layers: readonly number[]): Float32Array[] {
    const { hiddenSize } = this.options.config;
    return layers.map((layer) => states.subarray(layer * hiddenSize, (layer + 1) * hiddenSize));
  }

  private stacked(states: readonly Float32Array[]): Feed {
    const { hiddenSize } = this.options.config;
    const data = new Float32Array(states.length * hiddenSize);
    for (const [row, state] of states.entries()) data.set(state, row * hiddenSize);
    return { dims: [states.length, hiddenSize], data };
  }

  /** Made when first asked for. */
  private session(measure: Measure): Promise<GraphSession> {
    const known = this.sessions.get(measure);
    if (known) return known;
    const { config, weights, compute } = this.options;
    const isInBlocks = isBlocks(required(weights, headSpec(config).name));
    const session =
      isInBlocks && measure === 'first'
        ? this.firstAlone()
        : GraphSession.create(buildLayerGraph(measure, config, isInBlocks), compute, weights);
    this.sessions.set(measure, session);
    return session;
  }

  /** Of a head in blocks: all of the head of a smaller vocabulary, widened once and not in each run. */
  private firstAlone(): Promise<GraphSession> {
    const { config, weights, compute } = this.options;
    const part = firstPart(config);
    const { name, bias } = headSpec(config);
    const head = required(weights, name) as BlockTensor;
    const own = new Map(weights).set(name, widenedBlocks(blockRows(head, part)));
    if (bias) own.set(bias, rowsOf(required(weights, bias) as Weight, part));
    const graph = buildLayerGraph('normaliser', { ...config, vocabSize: part.to });
    return GraphSession.create(graph, compute, own);
  }
}

/** Up to a length, by its last item. */
const filled = (list: readonly number[], length: number): number[] =>
  Array.from({ length }, (_, i) => item(list, Math.min(i, list.length - 1)));
