// Qwen2 and Qwen3, and the text of Qwen2-VL and Qwen2.5-VL, which is a Qwen2 where it reads no pictures.

import { blocks, LLAMA_HEADS, LLAMA_NORMS, LLAMA_OUTER, LLAMA_OUTPUTS, sizes } from '../decoder.js';
import type { GgufFamily } from '../family.js';
import type { GgufFile } from '../file.js';
import { ropeKeys } from '../rope.js';

const CLASSES: Readonly<Record<string, string>> = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
};
const typeOf = ({ architecture }: GgufFile): string =>
  architecture === 'qwen2vl' ? 'qwen2' : architecture;

export const qwen: GgufFamily = {
  config: async (file) => ({
    architectures: [CLASSES[typeOf(file)]],
    model_type: typeOf(file),
    ...sizes(file),
    ...(await ropeKeys(file)),
    rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
  }),
  names: () => ({
    ...LLAMA_OUTER,
    ...blocks('model.layers', {
      ...LLAMA_NORMS,
      ...LLAMA_HEADS,
      'self_attn.q_norm': 'attn_q_norm',
      'self_attn.k_norm': 'attn_k_norm',
      ...LLAMA_OUTPUTS,
    }),
  }),
};
