// The tower's part of config.json: CLIP's keys, or SigLIP's.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { count, layerCount, parseConfig } from '../families/config-schema.js';
import { activationKey } from '../layers/activations.js';
import type { ActivationName, TowerConfig } from '../types.js';

interface TowerDefaults {
  readonly hidden: number;
  readonly inner: number;
  readonly heads: number;
  readonly patch: number;
  readonly activation: ActivationName;
  readonly eps: number;
}

const schemaOf = ({ hidden, inner, heads, patch, activation, eps }: TowerDefaults) =>
  z.looseObject({
    hidden_size: count.default(hidden),
    intermediate_size: count.default(inner),
    num_hidden_layers: layerCount.default(12),
    num_attention_heads: count.default(heads),
    num_channels: z.literal(3).default(3),
    image_size: count.default(224),
    patch_size: count.default(patch),
    hidden_act: activationKey.default(activation),
    layer_norm_eps: z.number().positive().default(eps),
  });

const siglipActs = { activation: 'gelu_pytorch_tanh', eps: 1e-6 } as const;
/** transformers' defaults. */
const schemas = {
  clip: schemaOf({
    hidden: 768,
    inner: 3072,
    heads: 12,
    patch: 32,
    activation: 'quick_gelu',
    eps: 1e-5,
  }),
  siglip: schemaOf({ hidden: 768, inner: 3072, heads: 12, patch: 16, ...siglipActs }),
  /** Idefics3's and SmolVLM's, a SigLIP by itself. */
  idefics3: schemaOf({ hidden: 1152, inner: 3072, heads: 16, patch: 32, ...siglipActs }),
};

/** A side. What a file claims is counted over before its tensors are seen. */
const MOST_PATCHES = 256;

export type TowerKind = keyof typeof schemas;

/** @throws CheckpointError naming the key, its value and what was expected. */
export function towerConfig(path: string, kind: TowerKind, given: unknown): TowerConfig {
  const where = `${path}: vision_config`;
  const json = parseConfig(where, schemas[kind], given);
  const { hidden_size: hidden, num_attention_heads: heads } = json;
  if (hidden % heads !== 0)
    throw new CheckpointError(
      `${where}: num_attention_heads: expected a divisor of ${hidden}, found ${heads}`,
    );
  if (json.patch_size > json.image_size)
    throw new CheckpointError(
      `${where}: patch_size: expected at most the picture's ${json.image_size}, found ${json.patch_size}`,
    );
  if (json.image_size > MOST_PATCHES * json.patch_size)
    throw new CheckpointError(
      `${where}: image_size: expected at most ${MOST_PATCHES} patches of ${json.patch_size} a side, found ${json.image_size}`,
    );
  return {
    hiddenSize: hidden,
    intermediateSize: json.intermediate_size,
    numHiddenLayers: json.num_hidden_layers,
    numAttentionHeads: heads,
    imageSize: json.image_size,
    patchSize: json.patch_size,
    normEps: json.layer_norm_eps,
    activation: json.hidden_act,
    hasClassToken: kind === 'clip',
  };
}
