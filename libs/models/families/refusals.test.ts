// What the engine cannot run is refused by key, value and what is known, never guessed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goldenNames, goldenRoot } from '#testing/golden.js';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { visionTypes } from '../vision/families.js';
import { modelTypes } from './index.js';

const configOf = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(goldenRoot, folder, 'config.json'), 'utf8')) as Record<
    string,
    unknown
  >;
const parse = (folder: string, changes: Record<string, unknown>) => () =>
  parseHfConfig('config.json', { ...configOf(folder), ...changes });

test('every architecture has a golden folder', () => {
  expect(goldenNames()).toEqual(expect.arrayContaining(modelTypes()));
});

test.each(['mamba', undefined, 7])(
  'model_type %s is refused with the list of what is known',
  (modelType) => {
    const list = [...modelTypes(), ...visionTypes()].toSorted().join(', ');
    const found = modelType === undefined ? 'undefined' : JSON.stringify(modelType);
    expect(parse('llama', { model_type: modelType })).toThrow(
      `config.json: model_type: expected one of ${list}, found ${found}`,
    );
  },
);

const ROPES = 'expected one of default, linear, dynamic, llama3, longrope';

/** Folder, changes, and what the message has to say: the key, what was expected, what was found. */
const refused: [string, Record<string, unknown>, string[]][] = [
  ['llama', { hidden_act: 'relu' }, ['hidden_act', 'expected "silu"', 'found "relu"']],
  ['llama', { hidden_size: 0 }, ['hidden_size', 'found 0']],
  ['llama', { vocab_size: undefined }, ['vocab_size', 'expected number']],
  [
    'llama',
    { num_key_value_heads: 3 },
    ['num_key_value_heads', 'expected a divisor of 4', 'found 3'],
  ],
  ['llama', { head_dim: 9 }, ['9', 'expected an even number']],
  ['llama', { rope_scaling: { type: 'yarn', factor: 2 } }, ['"yarn"', ROPES]],
  ['llama', { rope_parameters: { rope_type: 'yarn', factor: 2 } }, ['"yarn"', ROPES]],
  ['llama', { rope_scaling: { type: 'linear' } }, ['rope_scaling', 'factor is missing']],
  ['llama', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, ['low_freq_factor is missing']],
  [
    'llama',
    { quantization_config: { quant_method: 'gptq', bits: 4 } },
    ['quantization_config', 'expected none', 'found "gptq"'],
  ],
  ['mistral', { hidden_act: 'gelu' }, ['hidden_act', 'expected "silu"', 'found "gelu"']],
  ['mistral', { sliding_window: 0 }, ['sliding_window', 'found 0']],
  [
    'qwen2',
    { layer_types: ['full_attention', 'linear_attention', 'full_attention'] },
    ['layer_types.1', 'found "linear_attention"'],
  ],
  ['qwen3', { attention_bias: 'yes' }, ['attention_bias', 'found "yes"']],
  [
    'gemma2',
    { hidden_activation: 'gelu' },
    ['hidden_activation', 'expected "gelu_pytorch_tanh"', 'found "gelu"'],
  ],
  ['gemma2', { attention_bias: true }, ['attention_bias', 'expected false', 'found true']],
  ['gemma2', { use_bidirectional_attention: true }, ['use_bidirectional_attention', 'found true']],
  ['gemma2', { layer_types: ['full_attention'] }, ['layer_types', 'expected 3', 'found 1']],
  [
    'gemma2',
    { layer_types: ['full_attention', 'chunked_attention', 'full_attention'] },
    ['layer_types.1', '"full_attention"|"sliding_attention"', 'found "chunked_attention"'],
  ],
  ['gemma2', { final_logit_softcapping: -1 }, ['final_logit_softcapping', 'found -1']],
  [
    'gemma3_text',
    { use_bidirectional_attention: true },
    ['use_bidirectional_attention', 'found true'],
  ],
  ['gemma3_text', { rope_local_base_freq: 0 }, ['rope_local_base_freq', 'found 0']],
  [
    'gemma3_text-scaled',
    { rope_parameters: { full_attention: { rope_type: 'yarn' } } },
    ['rope scaling "yarn" is not supported'],
  ],
  [
    'gemma3_text-scaled',
    { rope_parameters: { sliding_attention: { rope_theta: 'far' } } },
    ['rope_parameters.sliding_attention'],
  ],
  ['phi', { qk_layernorm: true }, ['qk_layernorm', 'expected false', 'found true']],
  ['phi', { hidden_act: 'relu' }, ['hidden_act', '"gelu_new"', 'found "relu"']],
  ['phi', { partial_rotary_factor: 0.5 }, ['5 of 10', 'expected an even number']],
  ['phi3', { attention_bias: true }, ['attention_bias', 'expected false', 'found true']],
  ['phi3', { sliding_window: -1 }, ['sliding_window', 'found -1']],
  [
    'phi3-longrope',
    { rope_scaling: { type: 'longrope', short_factor: [1, 1], long_factor: [1, 1, 1, 1] } },
    ['short_factor and long_factor', 'expected 4 numbers', 'found 2 and 4'],
  ],
  [
    'phi3-longrope',
    { rope_scaling: { type: 'longrope', short_factor: [1, 1, 1, 1] } },
    ['long_factor is missing'],
  ],
  ['gpt_neox', { hidden_act: 'swish' }, ['hidden_act', '"gelu"', 'found "swish"']],
  ['gpt2', { activation_function: 'relu' }, ['activation_function', '"gelu_new"', 'found "relu"']],
  ['gpt2', { add_cross_attention: true }, ['add_cross_attention', 'expected false', 'found true']],
  ['bloom', { n_head: 7 }, ['num_attention_heads', 'expected a divisor of 30', 'found 7']],
  [
    'baichuan',
    { max_position_embeddings: undefined },
    ['max_position_embeddings', '13B', 'ALiBi is not supported'],
  ],
  ['baichuan', { z_loss_weight: 0 }, ['z_loss_weight', 'Baichuan 2']],
];

describe('a value that would change the arithmetic', () => {
  test.each(refused)('%s with %j is refused', (folder, changes, says) => {
    expect(parse(folder, {})).not.toThrow();
    expect(parse(folder, changes)).toThrow(CheckpointError);
    for (const part of ['config.json: ', ...says]) expect(parse(folder, changes)).toThrow(part);
  });
});
