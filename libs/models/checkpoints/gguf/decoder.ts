// What the files of several families share: sizes and names.

import { matrixSizes } from '../../tensors/matrix.js';
import { from, type Names, type Source } from './family.js';
import type { GgufFile } from './file.js';

const headSize = (file: GgufFile): number =>
  file.number(
    'attention.key_length',
    file.number('embedding_length') / file.number('attention.head_count'),
  );

/**
 * Keys of config.json; by the tensors where the converter writes a rule of thumb (Phi-2's key heads
 * and MLP).
 */
export function sizes(file: GgufFile) {
  const heads = file.number('attention.head_count');
  const keys = file.find('blk.0.attn_k.weight');
  return {
    vocab_size: file.tensor('token_embd.weight').dims[0],
    hidden_size: file.number('embedding_length'),
    intermediate_size: file.tensor('blk.0.ffn_down.weight').dims[1],
    num_hidden_layers: file.number('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: keys
      ? matrixSizes(keys.dims)[0] / headSize(file)
      : file.number('attention.head_count_kv', heads),
    head_dim: headSize(file),
    max_position_embeddings: file.number('context_length'),
    tie_word_embeddings: !file.find('output.weight'),
  };
}

/** The part of each head that is rotated. */
export function rotatedPart(file: GgufFile): number {
  const [rotated, head] = [file.number('rope.dimension_count', headSize(file)), headSize(file)];
  const part = rotated / head;
  // Times the head's size it must not fall below the whole number it came from.
  return part * head < rotated ? part + Number.EPSILON : part;
}

/** Tensors outside of the blocks: the embedding, the last norm and the head. */
export const outer = (embedding: string, norm: string, head: string): Names => ({
  [embedding]: from('token_embd'),
  [norm]: from('output_norm'),
  [head]: from('output'),
});

const inBlock = (source: string | Source): Source =>
  typeof source === 'string'
    ? from(`blk.{}.${source}`)
    : { ...source, name: `blk.{}.${source.name}` };

/** Tensors of block `{}`, by their names below `prefix`. */
export const blocks = (
  prefix: string,
  names: Readonly<Record<string, string | Source | readonly Source[]>>,
): Names =>
  Object.fromEntries(
    Object.entries(names).map(([name, sources]) => [
      `${prefix}.{}.${name}`,
      [sources].flat().map(inBlock),
    ]),
  );

/** Parts of a block as Llama's, rows in Hugging Face's order. */
export const LLAMA_NORMS = { input_layernorm: 'attn_norm', post_attention_layernorm: 'ffn_norm' };
export const LLAMA_HEADS = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
};
export const LLAMA_OUTPUTS = {
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

export const LLAMA_OUTER = outer('model.embed_tokens', 'model.norm', 'lm_head');
