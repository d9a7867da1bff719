// What lethe-tiny-vl is: LLaVA's format, each part as small as does its work.

import type { ImageProcessor } from '#images/processors/image-processor.js';
import { clip } from '#images/processors/single.js';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import type { ModelConfig, TileVision } from '#models/types.js';
import { specials } from './tokenizer.js';

/** Layers of the text that the prior is tuned into, from 0: the last two of eight. */
export const tunedLayers = [6, 7];
/** Context of a text. */
export const contextTokens = 512;

const pictureSide = 48;

const id = (special: (typeof specials)[number]): number => specials.indexOf(special);

/** config.json */
export function hfConfigOf(vocabSize: number): Record<string, unknown> {
  return {
    architectures: ['LlavaForConditionalGeneration'],
    model_type: 'llava',
    image_token_index: id('<image>'),
    image_seq_length: 9,
    vision_feature_layer: -2,
    vision_feature_select_strategy: 'default',
    projector_hidden_act: 'gelu',
    multimodal_projector_bias: true,
    tie_word_embeddings: false,
    eos_token_id: id('<|end|>'),
    pad_token_id: id('<|pad|>'),
    dtype: 'float16',
    torch_dtype: 'float16',
    vision_config: {
      model_type: 'clip_vision_model',
      hidden_size: 96,
      intermediate_size: 192,
      num_hidden_layers: 3,
      num_attention_heads: 4,
      image_size: pictureSide,
      patch_size: 16,
      projection_dim: 96,
      hidden_act: 'quick_gelu',
      layer_norm_eps: 1e-5,
    },
    text_config: {
      model_type: 'llama',
      vocab_size: vocabSize,
      hidden_size: 96,
      intermediate_size: 192,
      num_hidden_layers: 8,
      num_attention_heads: 4,
      num_key_value_heads: 4,
      head_dim: 24,
      hidden_act: 'silu',
      rms_norm_eps: 1e-5,
      rope_theta: 10_000,
      max_position_embeddings: contextTokens,
      tie_word_embeddings: false,
      attention_bias: false,
      mlp_bias: false,
      bos_token_id: null,
      eos_token_id: id('<|end|>'),
      pad_token_id: id('<|pad|>'),
    },
  };
}

/** preprocessor_config.json: CLIP's, of smaller pictures. */
export const preprocessor = {
  image_processor_type: 'CLIPImageProcessor',
  do_convert_rgb: true,
  do_resize: true,
  size: { shortest_edge: pictureSide },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: pictureSide, width: pictureSide },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

export const processor: ImageProcessor = clip.parse(preprocessor);

export type Shape = ModelConfig & { readonly vision: TileVision };

export function shapeOf(vocabSize: number): Shape {
  const config = parseHfConfig('config.json', hfConfigOf(vocabSize));
  if (config.vision?.layout !== 'single') throw new Error('config.json says nothing of a tower');
  return { ...config, vision: config.vision };
}
