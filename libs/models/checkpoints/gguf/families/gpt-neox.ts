// GPT-NeoX and Pythia.

import { blocks, outer, rotatedPart, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { scalingKeys } from '../rope.js';
import { byHead } from '../undo.js';

export const gptNeox: GgufFamily = {
  config: (file) => ({
    architectures: ['GPTNeoXForCausalLM'],
    model_type: 'gpt_neox',
    ...sizes(file),
    layer_norm_eps: file.number('attention.layer_norm_epsilon'),
    rotary_emb_base: file.number('rope.freq_base', 10_000),
    ...scalingKeys(file),
    rotary_pct: rotatedPart(file),
    use_parallel_residual: file.boolean('use_parallel_residual') ?? true,
    attention_bias: !!file.find('blk.0.attn_qkv.bias'),
  }),
  names: () => ({
    ...outer('gpt_neox.embed_in', 'gpt_neox.final_layer_norm', 'embed_out'),
    ...blocks('gpt_neox.layers', {
      input_layernorm: 'attn_norm',
      'attention.query_key_value': from('attn_qkv', byHead),
      'attention.dense': 'attn_output',
      post_attention_layernorm: 'ffn_norm',
      'mlp.dense_h_to_4h': 'ffn_up',
      'mlp.dense_4h_to_h': 'ffn_down',
    }),
  }),
};
