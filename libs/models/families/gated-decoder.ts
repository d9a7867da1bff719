// The decoder that Llama began and Mistral and Qwen vary: RMSNorm before attention and before a
// gated MLP, rotated heads.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { linear } from '../layers/linear.js';
import { headNorm, rmsNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import { parseRope, ropeKeys, scaledLength } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount } from './config-schema.js';

export interface GatedDecoderConfig extends ModelConfig {
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  readonly rope: Rope;
  /**
   * Biases of queries, keys and values; of the attention's output; of the three matrices of the
   * MLP.
   */
  readonly qkvBias?: boolean;
  readonly outputBias?: boolean;
  readonly mlpBias?: boolean;
  /** Every head of queries and keys is normalised before it is rotated. */
  readonly qkNorm?: boolean;
  /** Queries, keys and values come from one matrix of this name, one after the other. */
  readonly fusedQkv?: string;
  /** By layer: tokens that a token sees, itself included; null where it sees all before it. */
  readonly windows?: readonly (number | null)[];
}

/** Keys of config.json that the families share. */
export const gatedDecoderKeys = {
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  max_position_embeddings: count.default(2048),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.literal('silu').default('silu'),
  ...ropeKeys,
};
const keys = z.looseObject(gatedDecoderKeys);

/** @param extras what the family adds; @param path of config.json, for messages. */
export function gatedDecoderConfig(
  path: string,
  modelType: string,
  json: z.infer<typeof keys>,
  extras: Partial<GatedDecoderConfig> = {},
): GatedDecoderConfig {
  const heads = headSizes(path, json);
  const rope = parseRope(path, json, heads.headDim);
  return {
    modelType,
    vocabSize: json.vocab_size,
    hiddenSize: json.hidden_size,
    intermediateSize: json.intermediate_size,
    numHiddenLayers: json.num_hidden_layers,
    ...heads,
    rmsNormEps: json.rms_norm_eps,
    rope,
    maxPositionEmbeddings: scaledLength(json.max_position_embeddings, rope),
    tieWordEmbeddings: json.tie_word_embeddings,
    ...extras,
  };
}

function attention(pass: Pass, config: GatedDecoderConfig, x: Value, layer: number): Value {
  const {
    hiddenSize: hidden,
    headDim,
    rmsNormEps,
    numAttentionHeads,
    numKeyValueHeads,
    rope,
    qkvBias: bias = false,
  } = config;
  const [query, keyValue] = [numAttentionHeads * headDim, numKeyValueHeads * headDim];
  const block = `model.layers.${layer}.self_attn`;
  const read = (name: string, size: number) => linear(`${block}.${name}`, hidden, size, { bias });
  const normed = rmsNorm(pass, x, `model.layers.${layer}.input_layernorm`, rmsNormEps);
  const [q, k, v] =
    config.fusedQkv === undefined
      ? pass.project(normed, [
          read('q_proj', query),
          read('k_proj', keyValue),
          read('v_proj', keyValue),
        ])
      : m.split(
          pass.graph,
          pass.project(normed, [read(config.fusedQkv, query + 2 * keyValue)])[0],
          [query, keyValue, keyValue],
          1,
        );
  const ready = (heads: Value, name: string): Value =>
    config.qkNorm ? headNorm(pass, heads, `${block}.${name}`, headDim, rmsNormEps) : heads;
  const window = config.windows?.[layer] ?? undefined;
  const spec = { layer, scale: 1 / Math.sqrt(headDim), rope, ...(window ? { window } : {}) };
  const mixed = pass.attend(ready(q, 'q_norm'), ready(k, 'k_norm'), v, spec);
  return pass.project(
    mixed,
    [linear(`${block}.o_proj`, query, hidden, { bias: config.outputBias ?? false })],
    x,
  )[0];
}

function gatedMlp(pass: Pass, config: GatedDecoderConfig, x: Value, layer: number): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, intermediateSize: inner, mlpBias: bias = false } = config;
  const block = `model.layers.${layer}`;
  const normed = rmsNorm(pass, x, `${block}.post_attention_layernorm`, config.rmsNormEps);
  const wide = (name: string) => linear(`${block}.mlp.${name}`, hidden, inner, { bias });
  const [gate, up] = pass.project(normed, [wide('gate_proj'), wide('up_proj')]);
  return pass.project(
    m.mul(graph, m.silu(graph, gate), up),
    [linear(`${block}.mlp.down_proj`, inner, hidden, { bias })],
    x,
  )[0];
}

export const gatedDecoder: Pick<
  Architecture<GatedDecoderConfig>,
  'hiddenStates' | 'finalNorm' | 'head'
> = {
  hiddenStates(pass, config, ids) {
    const embedding = pass.weight('model.embed_tokens.weight', [
      config.vocabSize,
      config.hiddenSize,
    ]);
    return residualStream(
      pass,
      pass.embedded(m.gather(pass.graph, embedding, ids)),
      config,
      (x, layer) => gatedMlp(pass, config, attention(pass, config, x, layer), layer),
    );
  },
  finalNorm: (pass, config, hidden) => rmsNorm(pass, hidden, 'model.norm', config.rmsNormEps),
  head: (config) => ({
    name: config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
  }),
};
