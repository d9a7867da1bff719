// Gemma 2.

import { blocks, LLAMA_HEADS, LLAMA_OUTER, LLAMA_OUTPUTS, sizes } from '../decoder.js';
import { from, type GgufFamily, type Source } from '../family.js';
import type { GgufFile } from '../file.js';
import { scalingKeys } from '../rope.js';
import { minusOne } from '../undo.js';

const LAYERS_OF_27B = 46;

/**
 * llama.cpp knows it by the number of layers: the file does not say by what Gemma's 27B divide their
 * scores.
 */
export function scoreDivisor(file: GgufFile, layersOf27b: number): number {
  const { num_hidden_layers, hidden_size, num_attention_heads, head_dim } = sizes(file);
  return num_hidden_layers === layersOf27b ? hidden_size / num_attention_heads : head_dim;
}

const norm = (name: string): Source => from(name, minusOne);

export const gemma2: GgufFamily = {
  config: (file) => ({
    architectures: ['Gemma2ForCausalLM'],
    model_type: 'gemma2',
    ...sizes(file),
    rope_theta: file.number('rope.freq_base', 10_000),
    ...scalingKeys(file),
    rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
    query_pre_attn_scalar: scoreDivisor(file, LAYERS_OF_27B),
    attn_logit_softcapping: file.number('attn_logit_softcapping'),
    final_logit_softcapping: file.number('final_logit_softcapping'),
    sliding_window: file.number('attention.sliding_window'),
  }),
  names: () => ({
    ...LLAMA_OUTER,
    'model.norm': norm('output_norm'),
    ...blocks('model.layers', {
      input_layernorm: norm('attn_norm'),
      ...LLAMA_HEADS,
      // Gemma 3's.
      'self_attn.q_norm': norm('attn_q_norm'),
      'self_attn.k_norm': norm('attn_k_norm'),
      post_attention_layernorm: norm('post_attention_norm'),
      pre_feedforward_layernorm: norm('ffn_norm'),
      ...LLAMA_OUTPUTS,
      post_feedforward_layernorm: norm('post_ffw_norm'),
    }),
  }),
};
