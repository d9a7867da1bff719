// BERT as an encoder of texts: learned positions, LayerNorm behind attention and MLP, tokens that see
// both ways.

import { z } from 'zod';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { count, headSizes, layerCount, parseConfig } from '../families/config-schema.js';
import { type Activation, activationKey, activations } from '../layers/activations.js';
import { frozenProjections, linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import { openPass, type Pass } from '../layers/pass.js';
import { encoderDims, encoderInputs, type Heads, twoWayAttention } from './two-way-attention.js';

const schema = z.looseObject({
  model_type: z.literal('bert'),
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: activationKey.default('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
});

export interface BertConfig extends Heads {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly maxPositionEmbeddings: number;
  readonly tokenTypes: number;
  readonly normEps: number;
  readonly activation: Activation;
}

/**
 * @throws CheckpointError naming the key, its value and what was expected.
 * @param path of config.json, for messages.
 */
export function parseBert(path: string, json: unknown): BertConfig {
  const config = parseConfig(path, schema, json);
  const { numAttentionHeads, headDim } = headSizes(path, {
    hidden_size: config.hidden_size,
    num_attention_heads: config.num_attention_heads,
  });
  return {
    numAttentionHeads,
    headDim,
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    maxPositionEmbeddings: config.max_position_embeddings,
    tokenTypes: config.type_vocab_size,
    normEps: config.layer_norm_eps,
    activation: config.hidden_act,
  };
}

/** Name of the graph's result: hidden states behind the last layer, [tokens, hidden]. */
export const LAST_STATES = 'states';

/** Texts are all of the first of the token types. */
export function bertGraph(config: BertConfig): Graph {
  const graph = new Graph();
  const pass = openPass(graph, frozenProjections(graph), twoWayAttention(graph, config));
  let x = embedded(pass, config);
  for (let layer = 0; layer < config.numHiddenLayers; layer++)
    x = mlp(pass, config, attention(pass, config, x, layer), layer);
  graph.output(LAST_STATES, x);
  return graph;
}

function embedded(pass: Pass, config: BertConfig): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, vocabSize, maxPositionEmbeddings, tokenTypes, normEps } = config;
  const table = (name: string, rows: number): Value =>
    pass.weight(`embeddings.${name}_embeddings.weight`, [rows, hidden]);
  const ids = graph.input(encoderInputs.ids, [encoderDims.tokens], 'int64');
  const tokens = m.gather(graph, table('word', vocabSize), ids);
  const places = m.gather(graph, table('position', maxPositionEmbeddings), pass.positions());
  const type = graph.rows(table('token_type', tokenTypes), { from: 0, to: 1 });
  const sum = m.add(graph, m.add(graph, tokens, places), type);
  return layerNorm(pass, sum, 'embeddings.LayerNorm', normEps);
}

function attention(pass: Pass, config: BertConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, headDim, normEps } = config;
  const block = `encoder.layer.${layer}.attention`;
  const square = (name: string) => linear(`${block}.${name}`, hidden, hidden, { bias: true });
  const read = [square('self.query'), square('self.key'), square('self.value')] as const;
  const [q, k, v] = pass.project(x, read);
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(headDim) });
  const [onto] = pass.project(mixed, [square('output.dense')], x);
  return layerNorm(pass, onto, `${block}.output.LayerNorm`, normEps);
}

function mlp(pass: Pass, config: BertConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, intermediateSize: inner, activation, normEps } = config;
  const block = `encoder.layer.${layer}`;
  const [wide] = pass.project(x, [
    linear(`${block}.intermediate.dense`, hidden, inner, { bias: true }),
  ]);
  const [onto] = pass.project(
    activations[activation](pass.graph, wide),
    [linear(`${block}.output.dense`, inner, hidden, { bias: true })],
    x,
  );
  return layerNorm(pass, onto, `${block}.output.LayerNorm`, normEps);
}
