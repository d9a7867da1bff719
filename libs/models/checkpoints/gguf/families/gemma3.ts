// Gemma 3's text model. The file tells neither which layers have a window nor how those are rotated:
// llama.cpp knows.

import { blocks, LLAMA_HEADS, LLAMA_OUTER, LLAMA_OUTPUTS, sizes } from '../decoder.js';
import { from, type GgufFamily, type Source } from '../family.js';
import { scalingKeys } from '../rope.js';
import { minusOne } from '../undo.js';
import { scoreDivisor } from './gemma2.js';

const LAYERS_OF_27B = 62;

const norm = (name: string): Source => from(name, minusOne);

export const gemma3: GgufFamily = {
  config: (file) => ({
    architectures: ['Gemma3ForCausalLM'],
    model_type: 'gemma3_text',
    ...sizes(file),
    rope_theta: file.number('rope.freq_base', 1_000_000),
    ...scalingKeys(file),
    rope_local_base_freq: file.number('rope.freq_base_swa', 10_000),
    rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
    query_pre_attn_scalar: scoreDivisor(file, LAYERS_OF_27B),
    sliding_window: file.number('attention.sliding_window'),
  }),
  names: () => ({
    ...LLAMA_OUTER,
    'model.norm': norm('output_norm'),
    ...blocks('model.layers', {
      input_layernorm: norm('attn_norm'),
      ...LLAMA_HEADS,
      'self_attn.q_norm': norm('attn_q_norm'),
      'self_attn.k_norm': norm('attn_k_norm'),
      post_attention_layernorm: norm('post_attention_norm'),
      pre_feedforward_layernorm: norm('ffn_norm'),
      ...LLAMA_OUTPUTS,
      post_feedforward_layernorm: norm('post_ffw_norm'),
    }),
  }),
};
