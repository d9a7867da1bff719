// The generator's three graphs: a prompt at once (prefill), one token a row (decode), log-probs of given tokens (score).
import {
  causalAttention,
  finalNorm,
  frozenProjections,
  headName,
  llamaHiddenStates,
  type Project,
  sequenceDims,
  weightInput,
} from '#models/llama.js';
import { cachedAttention, decodeDims } from '#models/llama-cache.js';
import { rowAdapters } from '#models/row-adapters.js';
import type { ModelConfig } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';

export type GraphKind = 'prefill' | 'decode' | 'score';

export const graphInputs = {
  /** int64: [tokens] in prefill and score, [batch] in decode. */
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
  /** prefill: [1, KV, length, D] */
  keys: (layer: number) => `keys.${layer}`,
  values: (layer: number) => `values.${layer}`,
  /** decode: [batch, 2 KV, 1, D], keys then values */
  fresh: (layer: number) => `fresh.${layer}`,
} as const;

/** Size of `positions`. */
export const PICKED = 'picked';

/** @param adapted whether rows have adapters: without any, their products are left out. */
export function buildGraph(kind: GraphKind, config: ModelConfig, maxContext: number, adapted: boolean): Uint8Array {
  const graph = new Graph();
  if (kind === 'decode') decode(graph, config, maxContext, adapted);
  else if (kind === 'prefill') prefill(graph, config, maxContext, adapted);
  else score(graph, config, maxContext, adapted);
  return graph.encode();
}

/** All tokens of a prefill or score run have the same adapter: one row of many steps. */
function sequenceProjections(graph: Graph, config: ModelConfig, adapted: boolean): Project {
  const { tokens } = sequenceDims;
  return adapted ? rowAdapters(graph, config, { rows: 1, steps: tokens, tokens }) : frozenProjections(graph, config);
}

function pick(graph: Graph, config: ModelConfig, hidden: Value): Value {
  return finalNorm(graph, config, m.gather(graph, hidden, graph.input(graphInputs.positions, [PICKED], 'int64')));
}

function logitsOf(graph: Graph, config: ModelConfig, normed: Value): Value {
  return m.gemm(graph, normed, weightInput(graph, config, headName(config)), { transB: true });
}

function prefill(graph: Graph, config: ModelConfig, maxContext: number, adapted: boolean): void {
  const ids = graph.input(graphInputs.ids, [sequenceDims.tokens], 'int64');
  const attend = causalAttention(graph, config, maxContext, (keys, values, layer) => {
    graph.output(graphOutputs.keys(layer), keys);
    graph.output(graphOutputs.values(layer), values);
  });
  const hidden = llamaHiddenStates(graph, config, ids, sequenceProjections(graph, config, adapted), attend).at(-1)!;
  graph.output(graphOutputs.logits, logitsOf(graph, config, pick(graph, config, hidden)));
}

/** log p(target) = h . W_target - logsumexp(h W^T): of the [picked, vocabulary] logits nothing leaves the graph. */
function score(graph: Graph, config: ModelConfig, maxContext: number, adapted: boolean): void {
  const ids = graph.input(graphInputs.ids, [sequenceDims.tokens], 'int64');
  const attend = causalAttention(graph, config, maxContext);
  const hidden = llamaHiddenStates(graph, config, ids, sequenceProjections(graph, config, adapted), attend).at(-1)!;
  const normed = pick(graph, config, hidden);
  const head = weightInput(graph, config, headName(config));
  const target = m.gather(graph, head, graph.input(graphInputs.targets, [PICKED], 'int64'));
  const logit = m.sum(graph, m.mul(graph, normed, target), [-1], true);
  graph.output(graphOutputs.logProbs, m.sub(graph, logit, m.linearLogSumExp(graph, normed, head)));
}

function decode(graph: Graph, config: ModelConfig, maxContext: number, adapted: boolean): void {
  const { batch } = decodeDims;
  const ids = graph.input(graphInputs.ids, [batch], 'int64');
  const attend = cachedAttention(graph, config, maxContext, (fresh, layer) => graph.output(graphOutputs.fresh(layer), fresh));
  const project = adapted ? rowAdapters(graph, config, { rows: batch, steps: 1, tokens: batch }) : frozenProjections(graph, config);
  const hidden = llamaHiddenStates(graph, config, ids, project, attend).at(-1)!;
  graph.output(graphOutputs.logits, logitsOf(graph, config, finalNorm(graph, config, hidden)));
}
