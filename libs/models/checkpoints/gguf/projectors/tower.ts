// What the files of several projectors share: sizes of the tower, names of its blocks, colours.

import { matrixSizes } from '../../../tensors/matrix.js';
import { from, type Names } from '../family.js';
import type { GgufFile } from '../file.js';

/** Old files have the two matrices of a block's MLP under each other's names: shapes tell. */
const areSwapped = (file: GgufFile): boolean =>
  matrixSizes(file.tensor('v.blk.0.ffn_down.weight').dims)[1] ===
  file.number('vision.embedding_length');

/** The inner size of a block's MLP, which some files have another number for. */
export const innerSize = (file: GgufFile): number =>
  matrixSizes(file.tensor(`v.blk.0.${areSwapped(file) ? 'ffn_down' : 'ffn_up'}.weight`).dims)[0];

/** Names of a block's MLP in the file, by what they are. */
export const mlpNames = (file: GgufFile): { readonly up: string; readonly down: string } =>
  areSwapped(file) ? { up: 'ffn_down', down: 'ffn_up' } : { up: 'ffn_up', down: 'ffn_down' };

/** Tensors of block `{}`. */
export const towerBlocks = (
  prefix: string,
  names: Readonly<Record<string, string | readonly string[]>>,
): Names =>
  Object.fromEntries(
    Object.entries(names).map(([name, sources]) => [
      `${prefix}.{}.${name}`,
      [sources].flat().map((source) => from(`v.blk.{}.${source}`)),
    ]),
  );

/** A tower of CLIP or SigLIP; what a file has not is not there. */
export function tileNames(file: GgufFile): Names {
  const { up, down } = mlpNames(file);
  return {
    'vision_tower.embeddings.class_embedding': from('v.class_embd'),
    'vision_tower.embeddings.patch_embedding': from('v.patch_embd'),
    'vision_tower.embeddings.position_embedding': from('v.position_embd'),
    'vision_tower.pre_layrnorm': from('v.pre_ln'),
    'vision_tower.post_layernorm': from('v.post_ln'),
    ...towerBlocks('vision_tower.encoder.layers', {
      layer_norm1: 'ln1',
      'self_attn.q_proj': 'attn_q',
      'self_attn.k_proj': 'attn_k',
      'self_attn.v_proj': 'attn_v',
      'self_attn.out_proj': 'attn_out',
      layer_norm2: 'ln2',
      'mlp.fc1': up,
      'mlp.fc2': down,
    }),
  };
}

/** Sizes of such a tower, by config.json's keys. */
export const tileSizes = (file: GgufFile) => ({
  hidden_size: file.number('vision.embedding_length'),
  intermediate_size: innerSize(file),
  num_hidden_layers: file.number('vision.block_count'),
  num_attention_heads: file.number('vision.attention.head_count'),
  image_size: file.number('vision.image_size'),
  patch_size: file.number('vision.patch_size'),
});

/** CLIP's: a float32 of eight digits could be several decimals. */
const PUBLISHED = [0.48145466, 0.4578275, 0.40821073, 0.26862954, 0.26130258, 0.27577711];

const decimal = (value: number): number =>
  PUBLISHED.find((one) => Math.fround(one) === value) ??
  [1, 2, 3, 4, 5, 6, 7, 8]
    .map((digits) => Number(value.toPrecision(digits)))
    .find((one) => Math.fround(one) === value) ??
  value;

/** Keys of preprocessor_config.json that all have. */
export const colourKeys = (file: GgufFile): Record<string, unknown> => ({
  image_mean: file.numbers('vision.image_mean')?.map(decimal),
  image_std: file.numbers('vision.image_std')?.map(decimal),
});
