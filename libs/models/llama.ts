// The Llama architecture as a graph. Weights are graph inputs under their Hugging Face names, so that building
// costs nothing, every graph of a process shares one copy, and protobuf's 2 GB limit never applies.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import { expectedTensors } from './llama-tensors.js';
import type { ModelConfig } from './types.js';

/**
 * How projections that share one input are computed: x [N, in] -> one [N, out] per weight name.
 * LoRA is one such way. `onto` is added to the result of a single projection (the residual stream).
 */
export type Project = (x: Value, weights: readonly string[], onto?: Value) => Value[];

/** q [N, H D], k and v [N, KV D] of a layer -> [N, H D]. */
export type Attend = (q: Value, k: Value, v: Value, layer: number) => Value;

/** Input of the graph that holds a weight. */
export function weightInput(graph: Graph, config: ModelConfig, name: string): Value {
  const dims = expectedTensors(config).get(name);
  if (!dims) throw new RangeError(`a Llama model has no tensor ${name}`);
  return graph.input(name, dims);
}

/** The base model's own projections. */
export const frozenProjections =
  (graph: Graph, config: ModelConfig): Project =>
  (x, weights, onto) =>
    weights.map((name) => m.gemm(graph, x, weightInput(graph, config, name), { transB: true }, onto));

/**
 * The residual stream of ids [N]: its value after the embedding and after every layer, [N, hidden] each, the last one last.
 * None is normalised: `finalNorm` comes before the head.
 */
export function llamaHiddenStates(graph: Graph, config: ModelConfig, ids: Value, project: Project, attend: Attend): Value[] {
  const weight = (name: string): Value => weightInput(graph, config, name);
  const norm = (x: Value, name: string): Value => m.rmsNorm(graph, x, weight(name), config.rmsNormEps);
  const states = [m.gather(graph, weight('model.embed_tokens.weight'), ids)];
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const block = `model.layers.${layer}`;
    const x = states.at(-1)!;
    const names = ['q_proj', 'k_proj', 'v_proj'].map((name) => `${block}.self_attn.${name}.weight`);
    const [q, k, v] = project(norm(x, `${block}.input_layernorm.weight`), names) as [Value, Value, Value];
    const [attended] = project(attend(q, k, v, layer), [`${block}.self_attn.o_proj.weight`], x) as [Value];
    const normed = norm(attended, `${block}.post_attention_layernorm.weight`);
    const [gate, up] = project(normed, [`${block}.mlp.gate_proj.weight`, `${block}.mlp.up_proj.weight`]) as [Value, Value];
    const inner = m.mul(graph, m.silu(graph, gate), up);
    states.push(project(inner, [`${block}.mlp.down_proj.weight`], attended)[0]!);
  }
  return states;
}

export const finalNorm = (graph: Graph, config: ModelConfig, hidden: Value): Value =>
  m.rmsNorm(graph, hidden, weightInput(graph, config, 'model.norm.weight'), config.rmsNormEps);

/** The matrix [vocabulary, hidden] that turns normalised hidden states into logits. */
export const headName = (config: ModelConfig): string =>
  config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';

/** Sizes of a run over whole sequences; `tokens` is batch * length, `grouped` is length * query heads per key head. */
export const sequenceDims = { batch: 'batch', length: 'length', tokens: 'tokens', grouped: 'grouped' } as const;

/** Values of `sequenceDims` for a run. */
export const sequenceSizes = (config: ModelConfig, batch: number, length: number): Record<keyof typeof sequenceDims, number> => ({
  batch,
  length,
  tokens: batch * length,
  grouped: (length * config.numAttentionHeads) / config.numKeyValueHeads,
});

export const CAUSAL_MASK = 'attention.mask';

/** What `CAUSAL_MASK` is fed with for sequences of one length: [1, 1, grouped, length], 0 where a query may look. */
export function causalMask(config: ModelConfig, length: number): Float32Array {
  const groups = config.numAttentionHeads / config.numKeyValueHeads;
  const mask = new Float32Array(groups * length * length);
  for (let row = 0; row < groups * length; row++) mask.fill(-1e9, row * length + (row % length) + 1, (row + 1) * length);
  return mask;
}

/** cos and sin of the rotary embedding, [positions, headDim / 2] each. */
export function rotaryTables(config: ModelConfig, positions: number): { cosine: Float32Array; sine: Float32Array } {
  const half = config.headDim / 2;
  const angle = (i: number): number => Math.floor(i / half) / config.ropeTheta ** ((2 * (i % half)) / config.headDim);
  const table = (f: (x: number) => number): Float32Array => new Float32Array(positions * half).map((_, i) => f(angle(i)));
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}

/**
 * Causal attention over whole sequences that start at position 0, padded on the right: a real token then never
 * sees padding, so one mask serves every row. The query heads of a key head are stacked as
 * [batch, KV, G * length, D], which spares copies of keys and values.
 * @param keep is given each layer's rotated keys and its values, [batch, KV, length, D], for a cache.
 */
export function causalAttention(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  keep?: (keys: Value, values: Value, layer: number) => void,
): Attend {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, length, tokens } = sequenceDims;
  const grouped: Dim = heads === keyHeads ? length : sequenceDims.grouped;
  const mask = graph.input(CAUSAL_MASK, [1, 1, grouped, length]);
  const { cosine, sine } = rotaryTables(config, maxLength);
  const half = headDim / 2;
  const tables = [graph.constant(cosine, [maxLength, half]), graph.constant(sine, [maxLength, half])];
  const split = (x: Value, count: number): Value =>
    m.transpose(graph, m.reshape(graph, x, [batch, length, count, headDim]), [0, 2, 1, 3]);
  const rotate = (x: Value): Value => graph.op('RotaryEmbedding', [x, graph.ints([0]), ...tables]);
  return (q, k, v, layer) => {
    const queries = m.reshape(graph, rotate(split(q, heads)), [batch, keyHeads, grouped, headDim]);
    const keys = rotate(split(k, keyHeads));
    const values = split(v, keyHeads);
    keep?.(keys, values, layer);
    const scores = m.matmul(graph, queries, keys, { transB: true, alpha: 1 / Math.sqrt(headDim) });
    const weights = m.softmax(graph, m.add(graph, scores, mask));
    const mixed = m.reshape(graph, m.matmul(graph, weights, values), [batch, heads, length, headDim]);
    return m.reshape(graph, m.transpose(graph, mixed, [0, 2, 1, 3]), [tokens, heads * headDim]);
  };
}
