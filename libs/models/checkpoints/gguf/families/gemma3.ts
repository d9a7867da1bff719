// Gemma 3's text model. The file tells neither which layers have a window nor how those are rotated:
// llama.cpp knows.

import { sizes } from '../decoder.js';
import type { GgufFamily } from '../family.js';
import { scalingKeys } from '../rope.js';
import { gemma2, scoreDivisor } from './gemma2.js';

const LAYERS_OF_27B = 62;

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
  names: gemma2.names,
};
