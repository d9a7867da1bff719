// The decoder of Gemma 2 and 3: two norms around each part of a block, layers that see a window
// among those that see everything, a scaled embedding.

import { z } from 'zod';
import { item } from '#collections/items.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { linear } from '../layers/linear.js';
import { headNorm, offsetRmsNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount } from './config-schema.js';
import { layerTypesKey } from './windows.js';

export interface GemmaConfig extends ModelConfig {
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  /** Scores are divided by its square root. */
  readonly queryPreAttnScalar: number;
  readonly attentionSoftCap: number | null;
  readonly logitSoftCap: number | null;
  /** Every head of queries and keys is normalised before it is rotated. */
  readonly qkNorm: boolean;
  /** By layer. */
  readonly ropes: readonly Rope[];
  /** By layer: tokens that a token sees, itself included; null where it sees all before it. */
  readonly windows: readonly (number | null)[];
}

const softCap = z.number().positive().nullable();

/** Keys of config.json that both have; defaults are transformers' for Gemma 2. */
export const gemmaKeys = {
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count.default(256),
  rms_norm_eps: z.number().positive().default(1e-6),
  max_position_embeddings: count.default(8192),
  hidden_activation: z.literal('gelu_pytorch_tanh').nullish(),
  query_pre_attn_scalar: z.number().positive().default(256),
  attn_logit_softcapping: softCap.default(50),
  final_logit_softcapping: softCap.default(30),
  sliding_window: count.nullable().default(4096),
  layer_types: layerTypesKey,
  tie_word_embeddings: z.boolean().default(true),
  attention_bias: z.literal(false).default(false),
  use_bidirectional_attention: z.literal(false).nullish(),
};
const keys = z.looseObject(gemmaKeys);

/** @param extras what differs by family; @param path of config.json, for messages. */
export function gemmaConfig(
  path: string,
  modelType: string,
  config: z.infer<typeof keys>,
  extras: Pick<GemmaConfig, 'qkNorm' | 'ropes' | 'windows'>,
): GemmaConfig {
  return {
    modelType,
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    ...headSizes(path, config),
    rmsNormEps: config.rms_norm_eps,
    queryPreAttnScalar: config.query_pre_attn_scalar,
    attentionSoftCap: config.attn_logit_softcapping,
    logitSoftCap: config.final_logit_softcapping,
    maxPositionEmbeddings: config.max_position_embeddings,
    tieWordEmbeddings: config.tie_word_embeddings,
    ...extras,
  };
}

function attention(pass: Pass, config: GemmaConfig, x: Value, layer: number): Value {
  const {
    hiddenSize: hidden,
    headDim,
    numAttentionHeads,
    numKeyValueHeads,
    ropes,
    windows,
    attentionSoftCap,
  } = config;
  const [query, keyValue] = [numAttentionHeads * headDim, numKeyValueHeads * headDim];
  const block = `model.layers.${layer}.self_attn`;
  const [q, k, v] = pass.project(x, [
    linear(`${block}.q_proj`, hidden, query),
    linear(`${block}.k_proj`, hidden, keyValue),
    linear(`${block}.v_proj`, hidden, keyValue),
  ]);
  const window = windows[layer];
  const scale = 1 / Math.sqrt(config.queryPreAttnScalar);
  const spec = {
    layer,
    scale,
    rope: item(ropes, layer),
    ...(window ? { window } : {}),
    ...(attentionSoftCap ? { softCap: attentionSoftCap } : {}),
  };
  const ready = (heads: Value, name: string): Value =>
    config.qkNorm
      ? headNorm(pass, heads, `${block}.${name}`, headDim, config.rmsNormEps, offsetRmsNorm)
      : heads;
  const mixed = pass.attend(ready(q, 'q_norm'), ready(k, 'k_norm'), v, spec);
  return pass.project(mixed, [linear(`${block}.o_proj`, query, hidden)])[0];
}

function mlp(
  pass: Pass,
  { hiddenSize: hidden, intermediateSize: inner }: GemmaConfig,
  x: Value,
  layer: number,
): Value {
  const block = `model.layers.${layer}.mlp`;
  const wide = (name: string) => linear(`${block}.${name}`, hidden, inner);
  const [gate, up] = pass.project(x, [wide('gate_proj'), wide('up_proj')]);
  return pass.project(m.mul(pass.graph, m.geluTanh(pass.graph, gate), up), [
    linear(`${block}.down_proj`, inner, hidden),
  ])[0];
}

export const gemmaDecoder: Omit<Architecture<GemmaConfig>, 'modelType' | 'parse'> = {
  offsetNorms: true,
  hiddenStates(pass, config, ids) {
    const { graph } = pass;
    const norm = (x: Value, layer: number, name: string): Value =>
      offsetRmsNorm(pass, x, `model.layers.${layer}.${name}`, config.rmsNormEps);
    const embedding = pass.weight('model.embed_tokens.weight', [
      config.vocabSize,
      config.hiddenSize,
    ]);
    const tokens = m.scale(graph, m.gather(graph, embedding, ids), Math.sqrt(config.hiddenSize));
    return residualStream(pass, pass.embedded(tokens), config, (x, layer) => {
      const mixed = attention(pass, config, norm(x, layer, 'input_layernorm'), layer);
      const attended = m.add(graph, x, norm(mixed, layer, 'post_attention_layernorm'));
      const inner = mlp(pass, config, norm(attended, layer, 'pre_feedforward_layernorm'), layer);
      return m.add(graph, attended, norm(inner, layer, 'post_feedforward_layernorm'));
    });
  },
  finalNorm: (pass, config, hidden) => offsetRmsNorm(pass, hidden, 'model.norm', config.rmsNormEps),
  head: ({ tieWordEmbeddings, logitSoftCap }) => ({
    name: tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    ...(logitSoftCap ? { softCap: logitSoftCap } : {}),
  }),
};
