// Qwen2-VL and Qwen2.5-VL: queries, keys and values apart, and the kernel over two frames as two.

import { matrixSizes } from '../../../tensors/matrix.js';
import { from, type Names } from '../family.js';
import type { GgufFile } from '../file.js';
import type { Projector } from '../projector.js';
import { colourKeys, innerSize, mlpNames, towerBlocks } from './tower.js';

/** The converter takes no other. */
const FRAMES = 2;
/** Of all published models; files do not say. In pixels, windows a side. */
const WINDOW = 112;
const LEAST_PIXELS = 56 * 56;
const MOST_PIXELS = 28 * 28 * 16_384;

const hiddenSize = (file: GgufFile): number => file.number('vision.embedding_length');
const featureSize = (file: GgufFile): number => matrixSizes(file.tensor('mm.2.weight').dims)[0];
/** Patches a side that become one feature. */
const mergeOf = (file: GgufFile): number =>
  Math.sqrt(matrixSizes(file.tensor('mm.0.weight').dims)[1] / hiddenSize(file));

const common = (file: GgufFile): Record<string, unknown> => ({
  depth: file.number('vision.block_count'),
  num_heads: file.number('vision.attention.head_count'),
  patch_size: file.number('vision.patch_size'),
  spatial_merge_size: mergeOf(file),
  temporal_patch_size: FRAMES,
});

/** Every so many layers one sees the whole picture. */
function wholes(file: GgufFile): number[] {
  const every = file.number('vision.n_wa_pattern');
  const layers = Array.from({ length: file.number('vision.block_count') }, (_, layer) => layer);
  return layers.filter((layer) => (layer + 1) % every === 0);
}

interface Differs {
  readonly modelType: string;
  readonly architecture: string;
  vision(file: GgufFile): Record<string, unknown>;
  mlp(file: GgufFile): Readonly<Record<string, string>>;
}

const merger = ({ modelType, architecture, vision, mlp }: Differs): Projector => ({
  texts: ['qwen2vl'],
  tokens: ['<|image_pad|>'],
  last: 'mm.2.weight',
  config(file, { file: textFile, config: text, placeholder }) {
    const scaling = text['rope_scaling'] as Record<string, unknown> | undefined;
    // The last of four is none of Qwen2-VL's.
    const sections = textFile.numbers('rope.dimension_sections')?.slice(0, 3);
    return {
      architectures: [architecture],
      model_type: modelType,
      image_token_id: placeholder,
      text_config: {
        ...text,
        model_type: `${modelType}_text`,
        rope_scaling: { rope_type: 'default', ...scaling, mrope_section: sections },
      },
      vision_config: { ...common(file), ...vision(file) },
      tie_word_embeddings: text['tie_word_embeddings'],
    };
  },
  processor: (file) => ({
    image_processor_type: 'Qwen2VLImageProcessor',
    min_pixels: file.number('vision.image_min_pixels', LEAST_PIXELS),
    max_pixels: file.number('vision.image_max_pixels', MOST_PIXELS),
    patch_size: file.number('vision.patch_size'),
    temporal_patch_size: FRAMES,
    merge_size: mergeOf(file),
    ...colourKeys(file),
  }),
  names: (file): Names => ({
    'visual.patch_embed.proj': {
      frames: [from('v.patch_embd'), { name: 'v.patch_embd', after: '.1' }],
    },
    ...towerBlocks('visual.blocks', {
      norm1: 'ln1',
      'attn.qkv': ['attn_q', 'attn_k', 'attn_v'],
      'attn.proj': 'attn_out',
      norm2: 'ln2',
      ...mlp(file),
    }),
    'visual.merger.ln_q': from('v.post_ln'),
    'visual.merger.mlp.0': from('mm.0'),
    'visual.merger.mlp.2': from('mm.2'),
  }),
});

export const qwen2Vl = merger({
  modelType: 'qwen2_vl',
  architecture: 'Qwen2VLForConditionalGeneration',
  vision: (file) => ({
    embed_dim: hiddenSize(file),
    mlp_ratio: innerSize(file) / hiddenSize(file),
    hidden_size: featureSize(file),
    hidden_act: 'quick_gelu',
  }),
  mlp(file) {
    const { up, down } = mlpNames(file);
    return { 'mlp.fc1': up, 'mlp.fc2': down };
  },
});

export const qwen25Vl = merger({
  modelType: 'qwen2_5_vl',
  architecture: 'Qwen2_5_VLForConditionalGeneration',
  vision: (file) => ({
    hidden_size: hiddenSize(file),
    intermediate_size: innerSize(file),
    out_hidden_size: featureSize(file),
    window_size: file.number('vision.window_size', WINDOW),
    fullatt_block_indexes: wholes(file),
    hidden_act: 'silu',
  }),
  mlp(file) {
    const { up, down } = mlpNames(file);
    return { 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': up, 'mlp.down_proj': down };
  },
});
