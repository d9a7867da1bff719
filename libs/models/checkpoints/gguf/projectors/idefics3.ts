// Idefics3 and SmolVLM, which differ in name alone.

import { from } from '../family.js';
import type { Projector } from '../projector.js';
import { colourKeys, tileNames, tileSizes } from './tower.js';

/** Older files leave the longest side of a picture out: four tiles, as of all published models. */
const TILES = 4;

export const idefics3: Projector = {
  texts: ['llama'],
  tokens: ['<image>', '<fake_token_around_image>'],
  last: 'mm.model.fc.weight',
  config: (file, { config: text, placeholder }) => ({
    architectures: ['Idefics3ForConditionalGeneration'],
    model_type: 'idefics3',
    image_token_id: placeholder,
    text_config: text,
    vision_config: {
      ...tileSizes(file),
      hidden_act: 'gelu_pytorch_tanh',
      // The file's own is the converter's, 1e-5, where config.json is silent, as all published are.
      layer_norm_eps: 1e-6,
    },
    scale_factor: file.number('vision.projector.scale_factor'),
    tie_word_embeddings: text['tie_word_embeddings'],
  }),
  processor(file) {
    const tile = file.number('vision.image_size');
    return {
      image_processor_type: 'Idefics3ImageProcessor',
      size: { longest_edge: file.number('vision.preproc_image_size', TILES * tile) },
      max_image_size: { longest_edge: tile },
      ...colourKeys(file),
    };
  },
  names: (file) => ({
    ...tileNames(file),
    'connector.modality_projection.proj': from('mm.model.fc'),
  }),
};
