// GPT-2: learned positions, LayerNorm, matrices stored [in, out] (Conv1D), one of them for queries,
// keys and values.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { type Activation, activationKey, activations } from '../layers/activations.js';
import { linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import type { Linear, Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';

const schema = z.looseObject({
  model_type: z.literal('gpt2'),
  vocab_size: count,
  n_embd: count,
  n_layer: layerCount,
  n_head: count,
  n_positions: count.default(1024),
  n_inner: count.nullish(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: activationKey.default('gelu_new'),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  add_cross_attention: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(true),
});

interface Gpt2Config extends ModelConfig {
  readonly intermediateSize: number;
  readonly normEps: number;
  readonly activation: Activation;
  /** Scores are divided by the square root of the head's size. */
  readonly scaled: boolean;
  /** Scores are divided by the layer's number, from 1. */
  readonly scaledByLayer: boolean;
}

const EMBEDDING = 'transformer.wte.weight';
const conv1d = (module: string, wide: number, out: number): [Linear] => [
  linear(module, wide, out, { bias: true, transposed: true }),
];

function attention(pass: Pass, config: Gpt2Config, x: Value, layer: number): Value {
  const { hiddenSize: hidden, headDim } = config;
  const block = `transformer.h.${layer}`;
  const normed = layerNorm(pass, x, `${block}.ln_1`, config.normEps);
  const [fused] = pass.project(normed, conv1d(`${block}.attn.c_attn`, hidden, 3 * hidden));
  const [q, k, v] = m.split(pass.graph, fused, [hidden, hidden, hidden], 1);
  const scale =
    (config.scaled ? 1 / Math.sqrt(headDim) : 1) / (config.scaledByLayer ? layer + 1 : 1);
  return pass.project(
    pass.attend(q, k, v, { layer, scale }),
    conv1d(`${block}.attn.c_proj`, hidden, hidden),
    x,
  )[0];
}

function mlp(pass: Pass, config: Gpt2Config, x: Value, layer: number): Value {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const block = `transformer.h.${layer}`;
  const normed = layerNorm(pass, x, `${block}.ln_2`, config.normEps);
  const [wide] = pass.project(normed, conv1d(`${block}.mlp.c_fc`, hidden, inner));
  return pass.project(
    activations[config.activation](pass.graph, wide),
    conv1d(`${block}.mlp.c_proj`, inner, hidden),
    x,
  )[0];
}

export const gpt2: Architecture<Gpt2Config> = {
  modelType: 'gpt2',
  prefix: 'transformer.',
  unused: /\.attn\.(bias|masked_bias)$/,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    return {
      modelType: 'gpt2',
      vocabSize: config.vocab_size,
      hiddenSize: config.n_embd,
      intermediateSize: config.n_inner ?? 4 * config.n_embd,
      numHiddenLayers: config.n_layer,
      ...headSizes(path, { hidden_size: config.n_embd, num_attention_heads: config.n_head }),
      maxPositionEmbeddings: config.n_positions,
      tieWordEmbeddings: config.tie_word_embeddings,
      normEps: config.layer_norm_epsilon,
      activation: config.activation_function,
      scaled: config.scale_attn_weights,
      scaledByLayer: config.scale_attn_by_inverse_layer_idx,
    };
  },
  hiddenStates(pass, config, ids) {
    const { graph } = pass;
    const { hiddenSize: hidden, maxPositionEmbeddings: longest } = config;
    const tokens = m.gather(graph, pass.weight(EMBEDDING, [config.vocabSize, hidden]), ids);
    const places = m.gather(
      graph,
      pass.weight('transformer.wpe.weight', [longest, hidden]),
      pass.positions(),
    );
    return residualStream(pass, m.add(graph, pass.embedded(tokens), places), config, (x, layer) =>
      mlp(pass, config, attention(pass, config, x, layer), layer),
    );
  },
  finalNorm: (pass, config, hidden) => layerNorm(pass, hidden, 'transformer.ln_f', config.normEps),
  head: (config) => ({ name: config.tieWordEmbeddings ? EMBEDDING : 'lm_head.weight' }),
};
