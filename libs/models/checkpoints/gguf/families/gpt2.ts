// GPT-2: its head is the embedding; files that hold a copy of it are common.

import { blocks, outer, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { transposed } from '../undo.js';

export const gpt2: GgufFamily = {
  config(file) {
    const { vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads } =
      sizes(file);
    return {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      vocab_size,
      n_embd: hidden_size,
      n_inner: intermediate_size,
      n_layer: num_hidden_layers,
      n_head: num_attention_heads,
      n_positions: file.tensor('position_embd.weight').dims[0],
      layer_norm_epsilon: file.number('attention.layer_norm_epsilon'),
      tie_word_embeddings: true,
    };
  },
  names: () => ({
    ...outer('transformer.wte', 'transformer.ln_f', 'lm_head'),
    'transformer.wpe': from('position_embd'),
    ...blocks('transformer.h', {
      ln_1: 'attn_norm',
      'attn.c_attn': from('attn_qkv', transposed),
      'attn.c_proj': from('attn_output', transposed),
      ln_2: 'ffn_norm',
      'mlp.c_fc': from('ffn_up', transposed),
      'mlp.c_proj': from('ffn_down', transposed),
    }),
  }),
};
