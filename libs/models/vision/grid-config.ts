// What Qwen2-VL's and Qwen2.5-VL's config.json have in common: a Qwen2 whose keys stand flat beside the
// tower's part, or in a part of their own, rotated by three positions.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';
import { count, layerCount, parseConfig } from '../families/config-schema.js';
import type { GatedDecoderConfig } from '../families/gated-decoder.js';
import { qwen2 } from '../families/qwen2.js';
import { activationKey } from '../layers/activations.js';
import { ropeVaries } from '../layers/rope.js';
import type { GridTowerConfig, GridVision } from '../types.js';
import type { SeeingConfig, VisionFamily } from './family.js';

type Json = Readonly<Record<string, unknown>>;

/** transformers' defaults. */
const TEXT = {
  vocab_size: 152_064,
  hidden_size: 8192,
  intermediate_size: 29_568,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-5,
  rope_theta: 1_000_000,
  max_window_layers: 80,
};
const SECTIONS = [16, 24, 24];

const part = z.record(z.string(), z.unknown()).nullish();
const schema = z.looseObject({
  text_config: part,
  vision_config: part,
  image_token_id: z.number().int().min(0).default(151_655),
  tie_word_embeddings: z.boolean().default(false),
});
const sections = z.looseObject({
  mrope_section: z.array(z.number().int().min(0)).length(3).default(SECTIONS),
});

/** Keys of the tower that both have. */
export const towerKeys = {
  depth: layerCount.default(32),
  num_heads: count.default(16),
  in_channels: z.literal(3).default(3),
  in_chans: z.literal(3).default(3),
  // What a file claims is multiplied before its tensors are seen.
  patch_size: count.max(1024).default(14),
  spatial_merge_size: count.max(64).default(2),
  temporal_patch_size: count.max(16).default(2),
  rope_parameters: z.looseObject({ rope_theta: z.number().positive().optional() }).nullish(),
};
const keys = z.looseObject({ ...towerKeys, hidden_act: activationKey });

export type SharedTower = Omit<GridTowerConfig, 'hiddenSize' | 'intermediateSize' | 'windows'>;

/** A tower, and how many numbers its features have. */
interface Tower {
  readonly tower: GridTowerConfig;
  readonly features: number;
}

/** @param towerOf the tower by its part of config.json; `path` names the part. */
export const gridFamily = (
  modelType: string,
  towerOf: (path: string, json: Json) => Tower,
): VisionFamily => ({
  modelType,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const own: Json = config.text_config ?? flatText(config);
    const where = config.text_config ? `${path}: text_config` : path;
    const text = qwen2.parse(where, { ...TEXT, ...withoutName(own), model_type: 'qwen2' });
    const { tower, features } = towerOf(`${path}: vision_config`, config.vision_config ?? {});
    if (features !== text.hiddenSize)
      throw new CheckpointError(
        `${path}: vision_config: expected features of the text's ${text.hiddenSize} numbers, found ${features}`,
      );
    const vision: GridVision = {
      modelType,
      imageToken: config.image_token_id,
      layout: 'grid',
      tower,
      featureSize: features,
      axes: axesOf(where, own, text),
    };
    // One of both is enough, as in transformers.
    const tieWordEmbeddings = config.tie_word_embeddings || text.tieWordEmbeddings;
    return { ...text, tieWordEmbeddings, vision } satisfies SeeingConfig;
  },
});

/** The whole file's own keys are none of the text's. */
function flatText({ vision_config: _vision, text_config: _text, ...flat }: Json): Json {
  return flat;
}

/** Rotation by three positions is what `axes` say: what is left of it is the plain one. */
function withoutName(own: Json): Json {
  const plain = (key: string): Json => {
    const given = own[key] as Json | null | undefined;
    if (!given || typeof given !== 'object') return {};
    const name = given['rope_type'] ?? given['type'];
    const { type: _type, ...others } = given;
    return { [key]: name === 'mrope' ? { ...others, rope_type: 'default' } : given };
  };
  return { ...own, ...plain('rope_scaling'), ...plain('rope_parameters') };
}

function axesOf(path: string, own: Json, { headDim, rope }: GatedDecoderConfig) {
  const given = own['rope_scaling'] ?? own['rope_parameters'] ?? {};
  const { mrope_section: pairs } = parseConfig(`${path}: rope_scaling`, sections, given);
  const [time = 0, row = 0, column = 0] = pairs;
  if (time + row + column !== headDim / 2)
    throw new CheckpointError(
      `${path}: rope_scaling.mrope_section: expected numbers that sum up to ${headDim / 2}, half of a head, found ${pairs.join(', ')}`,
    );
  if (ropeVaries(rope, Infinity))
    throw new CheckpointError(
      `${path}: rope_scaling: a rotation by three positions goes with none that depends on the length, found ${told(rope.scaling?.type)}`,
    );
  return [time, row, column] as const;
}

/** @throws CheckpointError for sizes that do not go together. */
export function sharedTower(path: string, json: z.infer<typeof keys>, hidden: number): SharedTower {
  const { num_heads: heads } = json;
  if (hidden % (4 * heads) !== 0)
    throw new CheckpointError(
      `${path}: num_heads: expected heads of a multiple of 4 numbers of ${hidden}, found ${heads}`,
    );
  return {
    numHiddenLayers: json.depth,
    numAttentionHeads: heads,
    patchSize: json.patch_size,
    frames: json.temporal_patch_size,
    merge: json.spatial_merge_size,
    activation: json.hidden_act,
    theta: json.rope_parameters?.rope_theta ?? 10_000,
  };
}
