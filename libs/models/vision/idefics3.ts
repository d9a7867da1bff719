// Idefics3 and SmolVLM, which differ in name alone: a SigLIP tower over tiles, squares of patches as
// one feature, a Llama.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { count, parseConfig } from '../families/config-schema.js';
import type { VisionFamily } from './family.js';
import { textConfig } from './text-config.js';
import { towerConfig } from './tower-config.js';
import { gridOf } from './tower.js';

const part = z.record(z.string(), z.unknown()).nullish();
const schema = z.looseObject({
  text_config: part,
  vision_config: part,
  image_token_id: z.number().int().min(0).default(128_257),
  scale_factor: count.default(2),
  tie_word_embeddings: z.boolean().default(false),
});

const family = (modelType: string): VisionFamily => ({
  modelType,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const text = textConfig(path, config.text_config, {
      known: ['llama'],
      absent: { rms_norm_eps: 1e-5 },
    });
    const tower = towerConfig(path, 'idefics3', config.vision_config ?? {});
    const { scale_factor: factor } = config;
    if (gridOf(tower) % factor !== 0)
      throw new CheckpointError(
        `${path}: scale_factor: expected a divisor of ${gridOf(tower)} patches a side, found ${factor}`,
      );
    return {
      ...text,
      // The text's own key is not read, as in transformers.
      tieWordEmbeddings: config.tie_word_embeddings,
      vision: {
        modelType,
        imageToken: config.image_token_id,
        tower,
        connector: { kind: 'shuffle', factor },
        layout: 'tiles',
        featureSize: text.hiddenSize,
      },
    };
  },
});

export const idefics3 = family('idefics3');
export const smolvlm = family('smolvlm');
