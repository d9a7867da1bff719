// Gemma 2 (arXiv 2408.00118): every other layer sees a window, two norms around each part of a
// block, soft-capped logits.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { linear } from '../layers/linear.js';
import { offsetRmsNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import { parseRope, ropeKeys } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';
import { layerTypesKey, windowsByLayer } from './windows.js';

interface Gemma2Config extends ModelConfig {
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  readonly rope: Rope;
  /** Scores are divided by its square root. */
  readonly queryPreAttnScalar: number;
  readonly attentionSoftCap: number | null;
  readonly logitSoftCap: number | null;
  /** By layer: tokens that a token sees, itself included; null where it sees all before it. */
  readonly windows: readonly (number | null)[];
}

const softCap = z.number().positive().nullable();
const schema = z.looseObject({
  model_type: z.literal('gemma2'),
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
  ...ropeKeys,
});

function parse(path: string, json: unknown): Gemma2Config {
  const config = parseConfig(path, schema, json);
  const heads = headSizes(path, config);
  return {
    modelType: 'gemma2',
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    ...heads,
    rmsNormEps: config.rms_norm_eps,
    rope: parseRope(path, config, heads.headDim),
    queryPreAttnScalar: config.query_pre_attn_scalar,
    attentionSoftCap: config.attn_logit_softcapping,
    logitSoftCap: config.final_logit_softcapping,
    windows: windowsByLayer(path, config, (layer) => layer % 2 === 0),
    maxPositionEmbeddings: config.max_position_embeddings,
    tieWordEmbeddings: config.tie_word_embeddings,
  };
}

function attention(pass: Pass, config: Gemma2Config, x: Value, layer: number): Value {
  const {
    hiddenSize: hidden,
    headDim,
    numAttentionHeads,
    numKeyValueHeads,
    rope,
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
    rope,
    ...(window ? { window } : {}),
    ...(attentionSoftCap ? { softCap: attentionSoftCap } : {}),
  };
  return pass.project(pass.attend(q, k, v, spec), [linear(`${block}.o_proj`, query, hidden)])[0];
}

function mlp(
  pass: Pass,
  { hiddenSize: hidden, intermediateSize: inner }: Gemma2Config,
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

export const gemma2: Architecture<Gemma2Config> = {
  modelType: 'gemma2',
  offsetNorms: true,
  parse,
  hiddenStates(pass, config, ids) {
    const { graph } = pass;
    const norm = (x: Value, layer: number, name: string): Value =>
      offsetRmsNorm(pass, x, `model.layers.${layer}.${name}`, config.rmsNormEps);
    const embedding = pass.weight('model.embed_tokens.weight', [
      config.vocabSize,
      config.hiddenSize,
    ]);
    const embedded = m.scale(graph, m.gather(graph, embedding, ids), Math.sqrt(config.hiddenSize));
    return residualStream(pass, embedded, config, (x, layer) => {
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
