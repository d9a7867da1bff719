// BLOOM: ALiBi in place of positions, a LayerNorm on the embedding, one matrix for queries, keys
// and values head by head.

import { z } from 'zod';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { splitByHead } from '../layers/fused-heads.js';
import { linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import type { Linear, Pass } from '../layers/pass.js';
import { residualStream } from '../layers/residual-stream.js';
import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { count, headSizes, layerCount, parseConfig } from './config-schema.js';

const schema = z.looseObject({
  model_type: z.literal('bloom'),
  vocab_size: count,
  // The size, the layers and the heads have two names each.
  hidden_size: count.optional(),
  n_embed: count.optional(),
  n_layer: layerCount.optional(),
  num_hidden_layers: layerCount.optional(),
  n_head: count.optional(),
  num_attention_heads: count.optional(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  apply_residual_connection_post_layernorm: z.boolean().default(false),
  seq_length: count.default(2048),
  tie_word_embeddings: z.boolean().default(true),
});

interface BloomConfig extends ModelConfig {
  readonly normEps: number;
  /** The residual branches start after their LayerNorm. */
  readonly residualAfterNorm: boolean;
}

const EMBEDDING = 'transformer.word_embeddings.weight';
const biased = (module: string, wide: number, out: number): [Linear] => [
  linear(module, wide, out, { bias: true }),
];

function attention(pass: Pass, config: BloomConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, headDim } = config;
  const block = `transformer.h.${layer}`;
  const normed = layerNorm(pass, x, `${block}.input_layernorm`, config.normEps);
  const [fused] = pass.project(
    normed,
    biased(`${block}.self_attention.query_key_value`, hidden, 3 * hidden),
  );
  const [q, k, v] = splitByHead(pass.graph, fused, headDim);
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(headDim), alibi: true });
  return pass.project(
    mixed,
    biased(`${block}.self_attention.dense`, hidden, hidden),
    config.residualAfterNorm ? normed : x,
  )[0];
}

function mlp(pass: Pass, config: BloomConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden } = config;
  const block = `transformer.h.${layer}`;
  const normed = layerNorm(pass, x, `${block}.post_attention_layernorm`, config.normEps);
  const [wide] = pass.project(normed, biased(`${block}.mlp.dense_h_to_4h`, hidden, 4 * hidden));
  const narrow = biased(`${block}.mlp.dense_4h_to_h`, 4 * hidden, hidden);
  return pass.project(
    m.geluTanh(pass.graph, wide),
    narrow,
    config.residualAfterNorm ? normed : x,
  )[0];
}

export const bloom: Architecture<BloomConfig> = {
  modelType: 'bloom',
  prefix: 'transformer.',
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const either = (
      ...keys: (
        | 'hidden_size'
        | 'n_embed'
        | 'n_layer'
        | 'num_hidden_layers'
        | 'n_head'
        | 'num_attention_heads'
      )[]
    ): number => {
      const value = keys.map((key) => config[key]).find((size) => size !== undefined);
      if (value === undefined)
        throw new CheckpointError(
          `${path}: ${keys.join(' or ')} is missing, expected a positive integer`,
        );
      return value;
    };
    const hidden = either('n_embed', 'hidden_size');
    return {
      modelType: 'bloom',
      vocabSize: config.vocab_size,
      hiddenSize: hidden,
      numHiddenLayers: either('n_layer', 'num_hidden_layers'),
      ...headSizes(path, {
        hidden_size: hidden,
        num_attention_heads: either('n_head', 'num_attention_heads'),
      }),
      // ALiBi sets no limit; this is the length it was trained with.
      maxPositionEmbeddings: config.seq_length,
      tieWordEmbeddings: config.tie_word_embeddings,
      normEps: config.layer_norm_epsilon,
      residualAfterNorm: config.apply_residual_connection_post_layernorm,
    };
  },
  hiddenStates(pass, config, ids) {
    const embedded = pass.embedded(
      m.gather(pass.graph, pass.weight(EMBEDDING, [config.vocabSize, config.hiddenSize]), ids),
    );
    return residualStream(
      pass,
      layerNorm(pass, embedded, 'transformer.word_embeddings_layernorm', config.normEps),
      config,
      (x, layer) => mlp(pass, config, attention(pass, config, x, layer), layer),
    );
  },
  finalNorm: (pass, config, hidden) => layerNorm(pass, hidden, 'transformer.ln_f', config.normEps),
  head: (config) => ({ name: config.tieWordEmbeddings ? EMBEDDING : 'lm_head.weight' }),
};
