// Phi 1.5 and 2: attention and MLP read one LayerNorm and are added at once; part of each head is
// rotated; biases throughout.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { type Activation, activationKey, activations } from '../layers/activations.js';
import { linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import { parseRope, ropeKeys } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';

interface PhiConfig extends ModelConfig {
  readonly intermediateSize: number;
  readonly layerNormEps: number;
  readonly rope: Rope;
  readonly activation: Activation;
}

const schema = z.looseObject({
  model_type: z.literal('phi'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  layer_norm_eps: z.number().positive().default(1e-5),
  max_position_embeddings: count.default(2048),
  hidden_act: activationKey.default('gelu_new'),
  qk_layernorm: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
  ...ropeKeys,
});

function parse(path: string, json: unknown): PhiConfig {
  const config = parseConfig(path, schema, json);
  const heads = headSizes(path, config);
  return {
    modelType: 'phi',
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    ...heads,
    layerNormEps: config.layer_norm_eps,
    rope: parseRope(path, config, heads.headDim, { partial: 0.5 }),
    activation: config.hidden_act,
    maxPositionEmbeddings: config.max_position_embeddings,
    tieWordEmbeddings: config.tie_word_embeddings,
  };
}

function block(pass: Pass, config: PhiConfig, x: Value, layer: number): Value {
  const {
    hiddenSize: hidden,
    intermediateSize: inner,
    headDim,
    numAttentionHeads,
    numKeyValueHeads,
    rope,
  } = config;
  const [query, keyValue] = [numAttentionHeads * headDim, numKeyValueHeads * headDim];
  const name = `model.layers.${layer}`;
  const biased = (module: string, wide: number, out: number) =>
    linear(`${name}.${module}`, wide, out, { bias: true });
  const [q, k, v, up] = pass.project(
    layerNorm(pass, x, `${name}.input_layernorm`, config.layerNormEps),
    [
      biased('self_attn.q_proj', hidden, query),
      biased('self_attn.k_proj', hidden, keyValue),
      biased('self_attn.v_proj', hidden, keyValue),
      biased('mlp.fc1', hidden, inner),
    ],
  );
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(headDim), rope });
  const [attended] = pass.project(mixed, [biased('self_attn.dense', query, hidden)], x);
  return pass.project(
    activations[config.activation](pass.graph, up),
    [biased('mlp.fc2', inner, hidden)],
    attended,
  )[0];
}

export const phi: Architecture<PhiConfig> = {
  modelType: 'phi',
  parse,
  hiddenStates(pass, config, ids) {
    const embedding = pass.weight('model.embed_tokens.weight', [
      config.vocabSize,
      config.hiddenSize,
    ]);
    return residualStream(
      pass,
      pass.embedded(m.gather(pass.graph, embedding, ids)),
      config,
      (x, layer) => block(pass, config, x, layer),
    );
  },
  finalNorm: (pass, config, hidden) =>
    layerNorm(pass, hidden, 'model.final_layernorm', config.layerNormEps),
  head: ({ tieWordEmbeddings }) => ({
    name: tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    bias: 'lm_head.bias',
  }),
};
