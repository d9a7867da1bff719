// Phi-3, Phi-3.5 and Phi-4-mini: Llama's block with one matrix for queries, keys and values and one
// for the gated MLP's two halves, a sliding window, and long rope.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { linear } from '../layers/linear.js';
import { rmsNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import { parseRope, ropeKeys } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';

interface Phi3Config extends ModelConfig {
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  readonly rope: Rope;
  /** Tokens that a token sees, itself included; null where it sees all before it. */
  readonly window: number | null;
}

const schema = z.looseObject({
  model_type: z.literal('phi3'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  rms_norm_eps: z.number().positive().default(1e-5),
  max_position_embeddings: count.default(4096),
  hidden_act: z.literal('silu').default('silu'),
  sliding_window: count.nullish(),
  attention_bias: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
  ...ropeKeys,
});

function parse(path: string, json: unknown): Phi3Config {
  const config = parseConfig(path, schema, json);
  const heads = headSizes(path, config);
  return {
    modelType: 'phi3',
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    ...heads,
    rmsNormEps: config.rms_norm_eps,
    rope: parseRope(path, config, heads.headDim),
    window: config.sliding_window ?? null,
    maxPositionEmbeddings: config.max_position_embeddings,
    tieWordEmbeddings: config.tie_word_embeddings,
  };
}

function attention(pass: Pass, config: Phi3Config, x: Value, layer: number): Value {
  const { hiddenSize: hidden, headDim, numAttentionHeads, numKeyValueHeads, rope, window } = config;
  const [query, keyValue] = [numAttentionHeads * headDim, numKeyValueHeads * headDim];
  const block = `model.layers.${layer}`;
  const normed = rmsNorm(pass, x, `${block}.input_layernorm`, config.rmsNormEps);
  const [joined] = pass.project(normed, [
    linear(`${block}.self_attn.qkv_proj`, hidden, query + 2 * keyValue),
  ]);
  const [q, k, v] = m.split(pass.graph, joined, [query, keyValue, keyValue], 1);
  const mixed = pass.attend(q, k, v, {
    layer,
    scale: 1 / Math.sqrt(headDim),
    rope,
    ...(window ? { window } : {}),
  });
  return pass.project(mixed, [linear(`${block}.self_attn.o_proj`, query, hidden)], x)[0];
}

function mlp(
  pass: Pass,
  { hiddenSize: hidden, intermediateSize: inner, rmsNormEps }: Phi3Config,
  x: Value,
  layer: number,
): Value {
  const { graph } = pass;
  const block = `model.layers.${layer}`;
  const normed = rmsNorm(pass, x, `${block}.post_attention_layernorm`, rmsNormEps);
  const [joined] = pass.project(normed, [linear(`${block}.mlp.gate_up_proj`, hidden, 2 * inner)]);
  const [gate, up] = m.split(graph, joined, [inner, inner], 1);
  return pass.project(
    m.mul(graph, m.silu(graph, gate), up),
    [linear(`${block}.mlp.down_proj`, inner, hidden)],
    x,
  )[0];
}

export const phi3: Architecture<Phi3Config> = {
  modelType: 'phi3',
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
      (x, layer) => mlp(pass, config, attention(pass, config, x, layer), layer),
    );
  },
  finalNorm: (pass, config, hidden) => rmsNorm(pass, hidden, 'model.norm', config.rmsNormEps),
  head: ({ tieWordEmbeddings }) => ({
    name: tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
  }),
};
