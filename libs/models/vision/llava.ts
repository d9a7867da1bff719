// LLaVA 1.5 and what has its format (BakLLaVA, llava-interleave): a CLIP or SigLIP tower, two linear
// layers, one of several texts. LLaVA-NeXT (1.6) sees tiles of a picture beside the whole.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';
import { parseConfig } from '../families/config-schema.js';
import { activationKey } from '../layers/activations.js';
import type { TileVision, TowerConfig } from '../types.js';
import { tileFeatures } from './connector.js';
import type { VisionFamily } from './family.js';
import { textConfig } from './text-config.js';
import { towerConfig, type TowerKind } from './tower-config.js';
import { gridOf } from './tower.js';

const TEXTS = ['llama', 'mistral', 'qwen2', 'phi3'];
const TOWERS: Readonly<Record<string, TowerKind>> = {
  clip_vision_model: 'clip',
  siglip_vision_model: 'siglip',
};
/** ViT-L/14 of 336 pixels: where vision_config is not there at all. */
const VIT_L = {
  intermediate_size: 4096,
  hidden_size: 1024,
  patch_size: 14,
  image_size: 336,
  num_hidden_layers: 24,
  num_attention_heads: 16,
};

/** Whose states are read side by side. */
const MOST_LAYERS = 64;

const part = z.record(z.string(), z.unknown()).nullish();
const layer = z.number().int();
const schema = z.looseObject({
  text_config: part,
  vision_config: part,
  // Written under either name.
  image_token_index: z.number().int().min(0).optional(),
  image_token_id: z.number().int().min(0).optional(),
  vision_feature_layer: z.union([layer, z.array(layer).min(1).max(MOST_LAYERS)]).default(-2),
  vision_feature_select_strategy: z.enum(['default', 'full']).default('default'),
  projector_hidden_act: activationKey.default('gelu'),
  multimodal_projector_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
});

const family = (modelType: string, layout: 'single' | 'anyres'): VisionFamily => ({
  modelType,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const text = textConfig(path, config.text_config, { known: TEXTS });
    const tower = towerOf(path, config.vision_config);
    const vision: TileVision = {
      modelType,
      imageToken: config.image_token_index ?? config.image_token_id ?? 32_000,
      tower,
      connector: {
        kind: 'mlp',
        layers: [config.vision_feature_layer].flat().map((index) => layerOf(path, tower, index)),
        dropsFirst: config.vision_feature_select_strategy === 'default',
        activation: config.projector_hidden_act,
        bias: config.multimodal_projector_bias,
      },
      layout,
      featureSize: text.hiddenSize,
    };
    if (layout === 'anyres') checkSquare(path, vision);
    // One of both is enough, as in transformers.
    const tieWordEmbeddings = config.tie_word_embeddings || text.tieWordEmbeddings;
    return { ...text, tieWordEmbeddings, vision };
  },
});

export const llava = family('llava', 'single');
export const llavaNext = family('llava_next', 'anyres');

/** Features of tiles are put together by rows and columns. @throws CheckpointError */
function checkSquare(path: string, vision: TileVision): void {
  const [expected, found] = [gridOf(vision.tower) ** 2, tileFeatures(vision)];
  if (expected !== found)
    throw new CheckpointError(
      `${path}: vision_feature_select_strategy: expected one that leaves ${expected} features of a tile, found ${found}`,
    );
}

function towerOf(path: string, given: Readonly<Record<string, unknown>> | null | undefined) {
  const modelType = given?.['model_type'] ?? 'clip_vision_model';
  const kind = typeof modelType === 'string' ? TOWERS[modelType] : undefined;
  if (!kind)
    throw new CheckpointError(
      `${path}: vision_config.model_type: expected one of ${Object.keys(TOWERS).join(', ')}, found ${told(modelType)}`,
    );
  return towerConfig(path, kind, given ?? VIT_L);
}

/** Of the tower's states the first is before its first block; negative ones count from the last. */
function layerOf(path: string, { numHiddenLayers: layers }: TowerConfig, index: number): number {
  const at = index < 0 ? layers + 1 + index : index;
  if (at >= 0 && at <= layers) return at;
  throw new CheckpointError(
    `${path}: vision_feature_layer: expected ${-layers - 1} to ${layers} of a tower of ${layers} layers, found ${index}`,
  );
}
