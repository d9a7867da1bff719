// The generator's graphs: a prompt at once (prefill), one token a row (decode), log-probs of given
// tokens (score), with what else is likely in their places (detail).

import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import { type Attention, openPass, type Project } from '#models/layers/pass.js';
import { cachedAttention, decodeDims } from '#models/passes/attention/cached-attention.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf } from '#models/passes/head.js';
import { rowAdapters } from '#models/passes/row-adapters.js';
import type { ModelConfig } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';

export type GraphKind = 'prefill' | 'decode' | 'score' | 'detail';

export const graphInputs = {
  /** int64: [batch] in decode, otherwise [tokens]. */
  ids: 'ids',
  /** [picked] int64: indices into the tokens whose next token is asked for. */
  positions: 'positions',
  /** [picked] int64: the tokens whose log-probs are asked for. */
  targets: 'targets',
} as const;

export const graphOutputs = {
  /** [picked or batch, vocabulary] */
  logits: 'logits',
  /** [picked, 1] */
  logProbs: 'logprobs',
  /** detail: the likeliest token (an integer), its ln p, mean and variance of ln p, [picked, 1] each. */
  best: 'best',
  bestLogProbs: 'bestlogprobs',
  means: 'means',
  variances: 'variances',
  /** prefill: [1, KV, length, D] */
  keys: (layer: number) => `keys.${layer}`,
  values: (layer: number) => `values.${layer}`,
  /** decode: [batch, 2 KV, 1, D], keys then values */
  fresh: (layer: number) => `fresh.${layer}`,
} as const;

/** Size of `positions`. */
export const PICKED = 'picked';

/** @param adapted whether rows have adapters: without any, their products are left out. */
export function buildGraph(
  kind: GraphKind,
  config: ModelConfig,
  maxContext: number,
  adapted: boolean,
): Graph {
  const graph = new Graph();
  if (kind === 'decode') decode(graph, config, maxContext, adapted);
  else if (kind === 'prefill') prefill(graph, config, maxContext, adapted);
  else score(graph, config, maxContext, adapted, kind === 'detail');
  return graph;
}

/** All tokens of a prefill or score pass have the same adapter: one row of many tokens. */
function sequenceProjections(graph: Graph, adapted: boolean): Project {
  const { tokens } = sequenceDims;
  return adapted
    ? rowAdapters(graph, { rows: 1, length: tokens, tokens })
    : frozenProjections(graph);
}

/** Normalised hidden states of the tokens asked for; of all where `picked` is absent. */
function normalised(
  graph: Graph,
  config: ModelConfig,
  project: Project,
  attention: Attention,
  ids: Value,
  picked?: Value,
): Value {
  const architecture = architectureOf(config);
  const pass = openPass(graph, project, attention);
  const { last } = architecture.hiddenStates(pass, config, ids);
  return architecture.finalNorm(pass, config, picked ? m.gather(graph, last, picked) : last);
}

function sequenceStates(
  graph: Graph,
  config: ModelConfig,
  adapted: boolean,
  attention: Attention,
): Value {
  const ids = graph.input(graphInputs.ids, [sequenceDims.tokens], 'int64');
  const picked = graph.input(graphInputs.positions, [PICKED], 'int64');
  return normalised(graph, config, sequenceProjections(graph, adapted), attention, ids, picked);
}

function prefill(graph: Graph, config: ModelConfig, maxContext: number, adapted: boolean): void {
  const attention = sequenceAttention(graph, config, maxContext, (keys, values, layer) => {
    graph.output(graphOutputs.keys(layer), keys);
    graph.output(graphOutputs.values(layer), values);
  });
  graph.output(
    graphOutputs.logits,
    headOf(graph, config).logits(sequenceStates(graph, config, adapted, attention)),
  );
}

/** Of the [picked, vocabulary] logits nothing leaves the graph. */
function score(
  graph: Graph,
  config: ModelConfig,
  maxContext: number,
  adapted: boolean,
  isDetailed: boolean,
): void {
  const attention = sequenceAttention(graph, config, maxContext);
  const states = sequenceStates(graph, config, adapted, attention);
  const head = headOf(graph, config);
  const targets = graph.input(graphInputs.targets, [PICKED], 'int64');
  const logits = head.logitOf(states, targets);
  if (!isDetailed) {
    graph.output(graphOutputs.logProbs, m.sub(graph, logits, head.rowNormaliser(states)));
    return;
  }
  const { normaliser, best, bestLogProb, mean, variance } = head.distribution(states);
  graph.output(graphOutputs.logProbs, m.sub(graph, logits, normaliser));
  graph.output(graphOutputs.best, best);
  graph.output(graphOutputs.bestLogProbs, bestLogProb);
  graph.output(graphOutputs.means, mean);
  graph.output(graphOutputs.variances, variance);
}

function decode(graph: Graph, config: ModelConfig, maxContext: number, adapted: boolean): void {
  const { batch } = decodeDims;
  const ids = graph.input(graphInputs.ids, [batch], 'int64');
  const attention = cachedAttention(graph, config, maxContext, (fresh, layer) =>
    graph.output(graphOutputs.fresh(layer), fresh),
  );
  const project = adapted
    ? rowAdapters(graph, { rows: batch, length: 1, tokens: batch })
    : frozenProjections(graph);
  graph.output(
    graphOutputs.logits,
    headOf(graph, config).logits(normalised(graph, config, project, attention, ids)),
  );
}
