// config.json of a Hugging Face folder, as our ModelConfig; what the engine cannot run is refused by name.
import { z } from 'zod';
import { CheckpointError } from './errors/checkpoint.error.js';
import type { ModelConfig } from './types.js';

const count = z.number().int().positive();
const rope = z.looseObject({ rope_type: z.string().optional(), type: z.string().optional(), rope_theta: z.number().optional() });

const hfConfig = z.looseObject({
  model_type: z.literal('llama'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_scaling: rope.nullish(),
  rope_parameters: rope.nullish(),
  max_position_embeddings: count.default(2048),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
});

/** @throws CheckpointError naming the key and what was expected. */
export function parseHfConfig(path: string, json: unknown): ModelConfig {
  const parsed = hfConfig.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CheckpointError(`${path}: ${issue.path.join('.') || 'the document'}: ${issue.message}`);
  }
  const config = parsed.data;
  const scaling = config.rope_scaling ?? config.rope_parameters;
  const ropeType = scaling?.rope_type ?? scaling?.type ?? 'default';
  if (ropeType !== 'default') {
    throw new CheckpointError(`${path}: rope scaling "${ropeType}" is not supported, expected "default" or none`);
  }
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  const numKeyValueHeads = config.num_key_value_heads ?? config.num_attention_heads;
  if (!Number.isInteger(headDim) || headDim % 2 !== 0) {
    throw new CheckpointError(`${path}: head_dim: expected an even number, found ${headDim}`);
  }
  if (config.num_attention_heads % numKeyValueHeads !== 0) {
    throw new CheckpointError(
      `${path}: num_key_value_heads: expected a divisor of ${config.num_attention_heads}, found ${numKeyValueHeads}`,
    );
  }
  return {
    modelType: 'llama',
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    numKeyValueHeads,
    headDim,
    rmsNormEps: config.rms_norm_eps,
    ropeTheta: config.rope_theta ?? config.rope_parameters?.rope_theta ?? 10000,
    maxPositionEmbeddings: config.max_position_embeddings,
    tieWordEmbeddings: config.tie_word_embeddings,
  };
}
