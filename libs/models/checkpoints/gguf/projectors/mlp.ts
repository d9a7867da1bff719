// LLaVA and LLaVA-NeXT: what convert_image_encoder_to_gguf.py writes of a tower and two linear layers.

import { CheckpointError } from '../../../errors/checkpoint.error.js';
import { from } from '../family.js';
import type { GgufFile } from '../file.js';
import type { Projector } from '../projector.js';
import { colourKeys, tileNames, tileSizes } from './tower.js';

const NEWLINES = ['model.image_newline', 'v.image_newline'];
/** Files of LLaVA 1.6 have it: heights and widths of what a picture is made to. */
const PINPOINTS = 'vision.image_grid_pinpoints';

const isClip = (file: GgufFile): boolean => !!file.find('v.class_embd');
const newlineOf = (file: GgufFile): string | undefined => NEWLINES.find((name) => file.find(name));

/**
 * The file does not say of SigLIP's towers how they are activated, nor of the two linear layers; CLIP's
 * are told by a flag.
 */
const activation = (file: GgufFile): string => {
  if (!isClip(file)) return 'gelu_pytorch_tanh';
  return file.boolean('use_gelu') ? 'gelu' : 'quick_gelu';
};

/** Pairs; none of LLaVA 1.5. @throws CheckpointError where one of two things that go together is not there */
function pinpoints(file: GgufFile): number[][] | undefined {
  const sides = file.numbers(PINPOINTS);
  const hasNewline = newlineOf(file) !== undefined;
  if (!sides && !hasNewline) return undefined;
  if (!sides || !hasNewline || sides.length % 2 > 0)
    throw new CheckpointError(
      `${file.path}: metadata clip.${PINPOINTS} and tensor ${NEWLINES[0]} of a LLaVA-NeXT: expected pairs of numbers and the tensor, found ${sides ? `${sides.length} numbers` : 'none'} and ${hasNewline ? 'the tensor' : 'none'}`,
    );
  return Array.from({ length: sides.length / 2 }, (_, i) => sides.slice(2 * i, 2 * i + 2));
}

export const mlp: Projector = {
  texts: ['llama', 'qwen2', 'phi3'],
  tokens: ['<image>'],
  last: 'mm.2.weight',
  // SigLIP's pooling.
  unread: /^v\.head\./,
  config(file, { config: text, placeholder }) {
    const sides = pinpoints(file);
    const sizes = tileSizes(file);
    return {
      architectures: [`Llava${sides ? 'Next' : ''}ForConditionalGeneration`],
      model_type: sides ? 'llava_next' : 'llava',
      image_token_index: placeholder,
      text_config: text,
      vision_config: {
        model_type: isClip(file) ? 'clip_vision_model' : 'siglip_vision_model',
        ...sizes,
        hidden_act: activation(file),
        layer_norm_eps: file.number('vision.attention.layer_norm_epsilon'),
      },
      // Blocks above the last one that is read are not in the file.
      vision_feature_layer: file.numbers('vision.feature_layer') ?? sizes.num_hidden_layers,
      vision_feature_select_strategy: isClip(file) ? 'default' : 'full',
      projector_hidden_act: 'gelu',
      multimodal_projector_bias: !!file.find('mm.0.bias'),
      ...(sides ? { image_grid_pinpoints: sides } : {}),
      tie_word_embeddings: text['tie_word_embeddings'],
    };
  },
  processor(file) {
    const side = file.number('vision.image_size');
    const square = { height: side, width: side };
    if (!isClip(file))
      return { image_processor_type: 'SiglipImageProcessor', size: square, ...colourKeys(file) };
    const sides = pinpoints(file);
    return {
      image_processor_type: sides ? 'LlavaNextImageProcessor' : 'CLIPImageProcessor',
      size: { shortest_edge: side },
      crop_size: square,
      ...(sides ? { image_grid_pinpoints: sides } : {}),
      ...colourKeys(file),
    };
  },
  names: (file) => ({
    ...tileNames(file),
    'multi_modal_projector.linear_1': from('mm.0'),
    'multi_modal_projector.linear_2': from('mm.2'),
    image_newline: from(newlineOf(file) ?? 'v.image_newline'),
  }),
};
