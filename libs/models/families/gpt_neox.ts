// GPT-NeoX (Pythia): LayerNorm, one matrix for queries, keys and values head by head, a part of
// each head rotated, attention and MLP side by side or one after the other.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { type Activation, activationKey, activations } from '../layers/activations.js';
import { splitByHead } from '../layers/fused-heads.js';
import { linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import type { Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import { parseRope, ropeKeys, scaledLength } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';

const schema = z.looseObject({
  model_type: z.literal('gpt_neox'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  max_position_embeddings: count.default(2048),
  layer_norm_eps: z.number().positive().default(1e-5),
  hidden_act: activationKey.default('gelu'),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  ...ropeKeys,
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
});

interface NeoxConfig extends ModelConfig {
  readonly intermediateSize: number;
  readonly normEps: number;
  readonly activation: Activation;
  readonly parallelResidual: boolean;
  readonly attentionBias: boolean;
  readonly rope: Rope;
}

const EMBEDDING = 'gpt_neox.embed_in.weight';

function attention(pass: Pass, config: NeoxConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, headDim, rope, attentionBias: bias } = config;
  const block = `gpt_neox.layers.${layer}`;
  const normed = layerNorm(pass, x, `${block}.input_layernorm`, config.normEps);
  const [fused] = pass.project(normed, [
    linear(`${block}.attention.query_key_value`, hidden, 3 * hidden, { bias }),
  ]);
  const [q, k, v] = splitByHead(pass.graph, fused, headDim);
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(headDim), rope });
  return pass.project(mixed, [linear(`${block}.attention.dense`, hidden, hidden, { bias })], x)[0];
}

/**
 * The MLP of `x`, added to `attended`, which is `x` itself where the two come one after the other.
 */
function mlp(pass: Pass, config: NeoxConfig, x: Value, attended: Value, layer: number): Value {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const block = `gpt_neox.layers.${layer}`;
  const normed = layerNorm(pass, x, `${block}.post_attention_layernorm`, config.normEps);
  const [wide] = pass.project(normed, [
    linear(`${block}.mlp.dense_h_to_4h`, hidden, inner, { bias: true }),
  ]);
  const active = activations[config.activation](pass.graph, wide);
  return pass.project(
    active,
    [linear(`${block}.mlp.dense_4h_to_h`, inner, hidden, { bias: true })],
    attended,
  )[0];
}

export const gptNeox: Architecture<NeoxConfig> = {
  modelType: 'gpt_neox',
  unused: /\.attention\.(bias|masked_bias)$/,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const heads = headSizes(path, config);
    const rope = parseRope(path, config, heads.headDim, {
      theta: config.rotary_emb_base,
      partial: config.rotary_pct,
    });
    return {
      modelType: 'gpt_neox',
      vocabSize: config.vocab_size,
      hiddenSize: config.hidden_size,
      intermediateSize: config.intermediate_size,
      numHiddenLayers: config.num_hidden_layers,
      ...heads,
      maxPositionEmbeddings: scaledLength(config.max_position_embeddings, rope),
      tieWordEmbeddings: config.tie_word_embeddings,
      normEps: config.layer_norm_eps,
      activation: config.hidden_act,
      parallelResidual: config.use_parallel_residual,
      attentionBias: config.attention_bias,
      rope,
    };
  },
  hiddenStates(pass, config, ids) {
    const embedding = pass.weight(EMBEDDING, [config.vocabSize, config.hiddenSize]);
    return residualStream(
      pass,
      pass.embedded(m.gather(pass.graph, embedding, ids)),
      config,
      (x, layer) => {
        const attended = attention(pass, config, x, layer);
        return mlp(pass, config, config.parallelResidual ? x : attended, attended, layer);
      },
    );
  },
  finalNorm: (pass, config, hidden) =>
    layerNorm(pass, hidden, 'gpt_neox.final_layer_norm', config.normEps),
  head: (config) => ({ name: config.tieWordEmbeddings ? EMBEDDING : 'embed_out.weight' }),
};
