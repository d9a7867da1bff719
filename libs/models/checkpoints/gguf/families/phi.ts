// Phi 1.5 and 2.

import { blocks, LLAMA_HEADS, outer, rotatedPart, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { scalingKeys } from '../rope.js';
import { third } from '../undo.js';

/** Converters of 2023 fused queries, keys and values. */
const FUSED = {
  'self_attn.q_proj': from('attn_qkv', third(0)),
  'self_attn.k_proj': from('attn_qkv', third(1)),
  'self_attn.v_proj': from('attn_qkv', third(2)),
};

export const phi: GgufFamily = {
  config: (file) => ({
    architectures: ['PhiForCausalLM'],
    model_type: 'phi',
    ...sizes(file),
    layer_norm_eps: file.number('attention.layer_norm_epsilon'),
    rope_theta: file.number('rope.freq_base', 10_000),
    ...scalingKeys(file),
    partial_rotary_factor: rotatedPart(file),
  }),
  names: (file) => ({
    ...outer('model.embed_tokens', 'model.final_layernorm', 'lm_head'),
    ...blocks('model.layers', {
      input_layernorm: 'attn_norm',
      ...(file.find('blk.0.attn_qkv.weight') ? FUSED : LLAMA_HEADS),
      'self_attn.dense': 'attn_output',
      'mlp.fc1': 'ffn_up',
      'mlp.fc2': 'ffn_down',
    }),
  }),
};
