// Baichuan-7B.

import { CheckpointError } from '../../../errors/checkpoint.error.js';
import { blocks, LLAMA_NORMS, LLAMA_OUTER, LLAMA_OUTPUTS, sizes } from '../decoder.js';
import { from, type GgufFamily } from '../family.js';
import { ropeKeys } from '../rope.js';
import { unpairRows } from '../undo.js';

/**
 * All files of the family say "baichuan": llama.cpp tells the 13B, whose positions are ALiBi's, by
 * its layers.
 */
const LAYERS_OF_13B = 40;
/**
 * Baichuan 2 has a vocabulary of its own, and a head whose rows are normalised, of which files say
 * nothing.
 */
const VOCABULARY_OF_2 = 125_696;

export const baichuan: GgufFamily = {
  async config(file) {
    const keys = sizes(file);
    const is13B = keys['num_hidden_layers'] === LAYERS_OF_13B;
    if (is13B || keys['vocab_size'] === VOCABULARY_OF_2) {
      throw new CheckpointError(
        `${file.path}: by its sizes this is a Baichuan${is13B ? '-13B' : ' 2'}, expected a Baichuan-7B`,
      );
    }
    return {
      architectures: ['BaichuanForCausalLM'],
      model_type: 'baichuan',
      ...keys,
      ...(await ropeKeys(file)),
      rms_norm_eps: file.number('attention.layer_norm_rms_epsilon'),
    };
  },
  names: () => ({
    ...LLAMA_OUTER,
    ...blocks('model.layers', {
      ...LLAMA_NORMS,
      'self_attn.W_pack': [from('attn_q', unpairRows), from('attn_k', unpairRows), from('attn_v')],
      ...LLAMA_OUTPUTS,
    }),
  }),
};
