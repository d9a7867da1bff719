// Phi-3 and Phi-4: fused projections, a window, and factors of the rotary embedding for short and
// long texts.

import { blocks, LLAMA_OUTER, rotatedPart, sizes } from '../decoder.js';
import type { GgufFamily } from '../family.js';
import type { GgufFile } from '../file.js';
import { scalingKeys } from '../rope.js';

const LONG = 'rope_factors_long.weight';
const SHORT = 'rope_factors_short.weight';

async function longRope(file: GgufFile): Promise<Record<string, unknown>> {
  const [long_factor, short_factor] = [
    await file.readSettings(LONG),
    await file.readSettings(SHORT),
  ];
  if (!long_factor || !short_factor) return scalingKeys(file);
  const attention_factor = file.number('rope.scaling.attn_factor', 1);
  return {
    original_max_position_embeddings: file.number('rope.scaling.original_context_length'),
    rope_scaling: { rope_type: 'longrope', long_factor, short_factor, attention_factor },
  };
}

export const phi3: GgufFamily = {
  settings: [LONG, SHORT],
  config: async (file) => ({
    architectures: ['Phi3ForCausalLM'],
    model_type: 'phi3',
    ...sizes(file),
    ...(await longRope(file)),
    rope_theta: file.number('rope.freq_base', 10_000),
    partial_rotary_factor: rotatedPart(file),
    rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
    // 0 says that there is none.
    sliding_window: file.number('attention.sliding_window', 0) || null,
  }),
  names: () => ({
    ...LLAMA_OUTER,
    ...blocks('model.layers', {
      input_layernorm: 'attn_norm',
      'self_attn.qkv_proj': 'attn_qkv',
      'self_attn.o_proj': 'attn_output',
      post_attention_layernorm: 'ffn_norm',
      'mlp.gate_up_proj': 'ffn_up',
      'mlp.down_proj': 'ffn_down',
    }),
  }),
};
