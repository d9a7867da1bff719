// What config.json files of the families of Llama's shape mean: defaults, old and new keys,
// refusals. Numbers: test/golden.

import { describe, expect, test } from 'vitest';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import { ropeChanges, ropePeriods, ropeVaries } from '../layers/rope.js';
import { expectedTensors, traceOf } from '../passes/trace.js';
import type { GatedDecoderConfig } from './gated-decoder.js';

const SIZES = {
  vocab_size: 50,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
};
const parse = (json: object): GatedDecoderConfig =>
  parseHfConfig('config.json', { ...SIZES, ...json }) as GatedDecoderConfig;

test('an unknown model_type is refused with the list of the known', () => {
  expect(() => parse({ model_type: 'mamba' })).toThrow(
    /model_type: expected one of .*llama, llava, .*mistral, .*qwen2, qwen2_5_vl, qwen2_vl, qwen3.*, found "mamba"/,
  );
  expect(() => parse({})).toThrow(/model_type: expected one of/);
});

describe('windows', () => {
  const windows = (json: object) => traceOf(parse(json)).attention.map(({ window }) => window);
  test('mistral has one in every layer, 4096 where none is named, none where it is null', () => {
    expect(windows({ model_type: 'mistral', sliding_window: 7 })).toEqual([7, 7, 7]);
    expect(windows({ model_type: 'mistral' })).toEqual([4096, 4096, 4096]);
    expect(windows({ model_type: 'mistral', sliding_window: null })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
  test.each(['qwen2', 'qwen3'])(
    '%s has one from max_window_layers on, if it is used, or where layer_types says so',
    (model_type) => {
      expect(windows({ model_type, sliding_window: 7, max_window_layers: 1 })).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(
        windows({ model_type, use_sliding_window: true, sliding_window: 7, max_window_layers: 1 }),
      ).toEqual([undefined, 7, 7]);
      const layer_types = ['sliding_attention', 'full_attention', 'full_attention'];
      expect(
        windows({ model_type, use_sliding_window: true, sliding_window: 7, layer_types }),
      ).toEqual([7, undefined, undefined]);
      expect(() => parse({ model_type, layer_types: ['full_attention'] })).toThrow(
        'layer_types: expected 3 of them, found 1',
      );
      expect(() =>
        parse({
          model_type,
          layer_types: ['chunked_attention', 'full_attention', 'full_attention'],
        }),
      ).toThrow(/layer_types\.0: .*found "chunked_attention"/);
    },
  );
});

describe('biases and norms', () => {
  const layer = (json: object): string[] =>
    [...expectedTensors(parse(json)).keys()]
      .filter((name) => name.startsWith('model.layers.0') && !name.endsWith('proj.weight'))
      .map((name) => name.slice(15));
  const norms = ['input_layernorm.weight', 'post_attention_layernorm.weight'];
  test.each([
    [{ model_type: 'llama' }, []],
    [
      { model_type: 'llama', attention_bias: true },
      [
        'self_attn.q_proj.bias',
        'self_attn.k_proj.bias',
        'self_attn.v_proj.bias',
        'self_attn.o_proj.bias',
      ],
    ],
    [
      { model_type: 'llama', mlp_bias: true },
      ['mlp.gate_proj.bias', 'mlp.up_proj.bias', 'mlp.down_proj.bias'],
    ],
    [
      { model_type: 'qwen2' },
      ['self_attn.q_proj.bias', 'self_attn.k_proj.bias', 'self_attn.v_proj.bias'],
    ],
    [{ model_type: 'qwen3' }, ['self_attn.q_norm.weight', 'self_attn.k_norm.weight']],
  ])('of %j', (json, extra) => {
    expect(layer(json).toSorted()).toEqual([...norms, ...extra].toSorted());
  });
  test('qwen3 has heads of 128 where nothing else is named', () => {
    expect(
      expectedTensors(parse({ model_type: 'qwen3' })).get('model.layers.0.self_attn.q_proj.weight'),
    ).toEqual([512, 32]);
  });
});

describe('rotary embedding', () => {
  const llama3 = {
    rope_type: 'llama3',
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 64,
  };
  test('the keys of transformers 5 mean what the old ones mean', () => {
    for (const scaling of [
      { rope_type: 'default' },
      { rope_type: 'linear', factor: 2 },
      { rope_type: 'dynamic', factor: 2 },
      llama3,
    ]) {
      const old = parse({
        model_type: 'llama',
        rope_theta: 500,
        rope_scaling: scaling,
        max_position_embeddings: 256,
      });
      expect(
        parse({
          model_type: 'llama',
          rope_parameters: { ...scaling, rope_theta: 500 },
          max_position_embeddings: 256,
        }),
      ).toEqual(old);
    }
    expect(
      parse({ model_type: 'llama', rope_scaling: { type: 'linear', factor: 2 } }).rope.scaling,
    ).toEqual({ type: 'linear', factor: 2 });
  });
  test('linear and dynamic scaling extend the context that config.json names, llama3 is in it already', () => {
    const context = (rope_scaling: object) =>
      parse({ model_type: 'llama', max_position_embeddings: 256, rope_scaling })
        .maxPositionEmbeddings;
    expect([
      context({ type: 'linear', factor: 4 }),
      context({ type: 'dynamic', factor: 2 }),
      context(llama3),
    ]).toEqual([1024, 512, 256]);
  });
  test('only beyond the original context a dynamic one depends on the length', () => {
    const { rope } = parse({
      model_type: 'llama',
      max_position_embeddings: 16,
      rope_scaling: { type: 'dynamic', factor: 2 },
    });
    expect([ropeVaries(rope, 16), ropeVaries(rope, 17)]).toEqual([false, true]);
    expect([ropeChanges(rope, 16), ropeChanges(rope, 17), ropeChanges(rope, 18)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(ropePeriods(rope, 16)).toEqual(ropePeriods(rope, 3));
    expect(ropePeriods(rope, 32)[1]!).toBeCloseTo((10_000 * 3 ** (8 / 6)) ** (2 / 8), 10);
  });
  test.each([
    [
      { rope_scaling: { type: 'yarn', factor: 2 } },
      /rope scaling "yarn" is not supported, expected one of default, linear, dynamic, llama3, longrope/,
    ],
    [
      { rope_scaling: { ...llama3, low_freq_factor: undefined } },
      /rope_scaling: low_freq_factor is missing/,
    ],
    [{ hidden_act: 'relu' }, /hidden_act: .*found "relu"/],
    [{ num_key_value_heads: 3 }, /num_key_value_heads: expected a divisor of 4, found 3/],
    [{ head_dim: 7 }, /7 of 7 numbers of a head are rotated, expected an even number/],
  ])('%j is refused', (json, message) => {
    expect(() => parse({ model_type: 'llama', ...json })).toThrow(message);
  });
});
