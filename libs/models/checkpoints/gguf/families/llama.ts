// Llama and Mistral: llama.cpp gives them one name, and leaves Mistral's sliding window out.

import { blocks, LLAMA_HEADS, LLAMA_NORMS, LLAMA_OUTER, LLAMA_OUTPUTS, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { ROPE_FREQUENCIES, ropeKeys } from '../rope.js';
import { unpairRows } from '../undo.js';

export const llama: GgufFamily = {
  settings: [ROPE_FREQUENCIES],
  async config(file) {
    const sliding_window = file.number('attention.sliding_window', 0);
    const biases = {
      attention_bias: !!file.find('blk.0.attn_q.bias'),
      mlp_bias: !!file.find('blk.0.ffn_up.bias'),
    };
    return {
      ...(sliding_window
        ? { architectures: ['MistralForCausalLM'], model_type: 'mistral', sliding_window }
        : { architectures: ['LlamaForCausalLM'], model_type: 'llama', ...biases }),
      ...sizes(file),
      ...(await ropeKeys(file)),
      rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
    };
  },
  names: () => ({
    ...LLAMA_OUTER,
    ...blocks('model.layers', {
      ...LLAMA_NORMS,
      ...LLAMA_HEADS,
      'self_attn.q_proj': from('attn_q', unpairRows),
      'self_attn.k_proj': from('attn_k', unpairRows),
      ...LLAMA_OUTPUTS,
    }),
  }),
};
