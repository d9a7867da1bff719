// BLOOM: its head is the embedding; files that hold a copy of it are common.

import { blocks, outer, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { byHead } from '../undo.js';

export const bloom: GgufFamily = {
  config(file) {
    const {
      vocab_size,
      hidden_size,
      num_hidden_layers,
      num_attention_heads,
      max_position_embeddings,
    } = sizes(file);
    return {
      architectures: ['BloomForCausalLM'],
      model_type: 'bloom',
      vocab_size,
      hidden_size,
      n_layer: num_hidden_layers,
      n_head: num_attention_heads,
      seq_length: max_position_embeddings,
      layer_norm_epsilon: file.number('attention.layer_norm_epsilon'),
      tie_word_embeddings: true,
    };
  },
  names: () => ({
    ...outer('transformer.word_embeddings', 'transformer.ln_f', 'lm_head'),
    'transformer.word_embeddings_layernorm': from('token_embd_norm'),
    ...blocks('transformer.h', {
      input_layernorm: 'attn_norm',
      'self_attention.query_key_value': from('attn_qkv', byHead),
      'self_attention.dense': 'attn_output',
      post_attention_layernorm: 'ffn_norm',
      'mlp.dense_h_to_4h': 'ffn_up',
      'mlp.dense_4h_to_h': 'ffn_down',
    }),
  }),
};
