// Graphs from what layers leave of a token to what the head makes of it: one for each measure.

import { architectureOf } from '#models/families/index.js';
import { type Pass, weightInput } from '#models/layers/pass.js';
import { type Head, headOf } from '#models/passes/head.js';
import type { ModelConfig } from '#models/types.js';
import { Graph, type Rows } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Measure } from '../decoding/early-layers.js';

export const layerInputs = {
  /** What layers leave, [rows, hidden]: not normalised. */
  states: 'states',
  /** logits: tokens of each question, [questions, candidates] int64. */
  candidates: 'candidates',
  /** divergence and evolution: which of the rows is the last layer's, by row, [rows] int64. */
  last: 'last',
} as const;
export const layerOutput = 'told';

/** Sizes that vary: rows are as many as questions times layers. */
export const layerDims = {
  rows: 'rows',
  questions: 'questions',
  layers: 'layers',
  candidates: 'candidates',
} as const;

/** Share of the vocabulary that bounds are found by: tokens of small ids are the frequent ones. */
const FIRST_SHARE = 1 / 48;
export const firstPart = ({ vocabSize }: ModelConfig): Rows => ({
  from: 0,
  to: Math.ceil(vocabSize * FIRST_SHARE),
});

interface Heading {
  readonly graph: Graph;
  readonly config: ModelConfig;
  readonly head: Head;
  /** The head is integers in blocks: to widen it takes many times what a product with all of it does. */
  readonly isInBlocks: boolean;
  /** Normalised, [rows, hidden]. */
  readonly states: Value;
}

const measures: Readonly<Record<Measure, (heading: Heading) => Value>> = {
  logits: ({ graph, config, head, states }) => {
    const { questions, layers, candidates } = layerDims;
    const ids = graph.input(layerInputs.candidates, [questions, candidates], 'int64');
    const grouped = m.reshape(graph, states, [questions, layers, config.hiddenSize]);
    return m.reshape(graph, head.logitsOf(grouped, ids), [layerDims.rows, candidates]);
  },
  first: ({ config, head, states }) => head.rowNormaliser(states, firstPart(config)),
  rest: ({ graph, config, head, states, isInBlocks }) => {
    const { vocabSize } = config;
    const { to } = firstPart(config);
    if (!isInBlocks) return head.rowNormaliser(states, { from: to, to: vocabSize });
    const [, rest] = m.split(graph, head.logits(states), [to, vocabSize - to], 1);
    return normaliserOf(graph, rest);
  },
  normaliser: ({ graph, head, states, isInBlocks }) =>
    isInBlocks ? normaliserOf(graph, head.logits(states)) : head.rowNormaliser(states),
  divergence: (heading) => {
    const { graph } = heading;
    const { logits, logProbs, ofLast } = whole(heading);
    return m.concat(
      graph,
      [divergence(graph, ofLast(logProbs), logProbs), normaliserOf(graph, logits, logProbs)],
      1,
    );
  },
  evolution: (heading) => {
    const { graph } = heading;
    const { logits, logProbs, ofLast } = whole(heading);
    const moved = m.sub(graph, logits, ofLast(logits));
    const p = m.exp(graph, logProbs);
    const best = m.reshape(graph, m.argMax(graph, logits), [layerDims.rows, 1]);
    const zero = m.expand(graph, graph.scalar(0), [layerDims.rows, 1]);
    const others = graph.op('ScatterElements', [p, best, zero], { axis: 1 });
    const sum = (a: Value, b?: Value): Value =>
      m.sum(graph, b ? m.mul(graph, a, b) : a, [-1], true);
    const sums = [sum(p, moved), sum(p, p), sum(moved, moved)];
    const besides = [sum(others), sum(others, moved), sum(others, others)];
    const normaliser = normaliserOf(graph, logits, logProbs);
    return m.concat(graph, [normaliser, ...sums, m.cast(graph, best, graph.float), ...besides], 1);
  },
  vocabulary: ({ head, states }) => head.logits(states),
};

/** Results are [rows, n]. @param isInBlocks of the head: whether it is integers in blocks. */
export function buildLayerGraph(measure: Measure, config: ModelConfig, isInBlocks = false): Graph {
  const graph = new Graph();
  const states = graph.input(layerInputs.states, [layerDims.rows, config.hiddenSize]);
  const normed = architectureOf(config).finalNorm(normPass(graph), config, states);
  const heading = { graph, config, head: headOf(graph, config), isInBlocks, states: normed };
  graph.output(layerOutput, measures[measure](heading));
  return graph;
}

function refuse(): never {
  throw new Error('the final norm is expected to read weights alone');
}

const normPass = (graph: Graph): Pass => ({
  graph,
  project: refuse,
  attend: refuse,
  positions: refuse,
  embedded: refuse,
  leave: refuse,
  weight: (name, dims) => weightInput(graph, name, dims),
});

function whole({ graph, head, states }: Heading) {
  const last = graph.input(layerInputs.last, [layerDims.rows], 'int64');
  const logits = head.logits(states);
  const logProbs = m.logSoftmax(graph, logits);
  return { logits, logProbs, ofLast: (values: Value) => m.gather(graph, values, last) };
}

const normaliserOf = (graph: Graph, logits: Value, logProbs = m.logSoftmax(graph, logits)): Value =>
  m.sub(graph, m.max(graph, logits, [-1], true), m.max(graph, logProbs, [-1], true));

/**
 * (KL(M || p) + KL(M || q)) / 2 with M = (p + q) / 2, as DoLa's code has it, [rows, 1]: with d = ln p
 * - ln q the sum of M (softplus(d) - d / 2 - ln 2).
 */
function divergence(graph: Graph, p: Value, q: Value): Value {
  const d = m.sub(graph, p, q);
  const mean = m.scale(graph, m.add(graph, m.exp(graph, p), m.exp(graph, q)), 0.5);
  const apart = m.sub(
    graph,
    m.sub(graph, m.softplus(graph, d), m.scale(graph, d, 0.5)),
    graph.scalar(Math.LN2),
  );
  return m.sum(graph, m.mul(graph, mean, apart), [-1], true);
}
