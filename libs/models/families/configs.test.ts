// Configurations of published models, and of transformers 5: the tensors that follow have the
// published number of parameters.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenNames, goldenRoot } from '#testing/golden.js';
import { parseHfConfig, toHfConfig } from '../checkpoints/hf-config.js';
import { traceOf } from '../passes/trace.js';
import type { GatedDecoderConfig } from './gated-decoder.js';
import { modelTypes } from './index.js';

const file = (folder: string, name: string): string => join(goldenRoot, folder, name);
const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const NEW = 'config.transformers5.json';

test.each(goldenNames().filter((name) => existsSync(file(name, NEW))))(
  '%s: config.json as transformers 5 writes it says the same',
  (name) => {
    expect(parseHfConfig('config', read(file(name, NEW)))).toEqual(
      parseHfConfig('config', read(file(name, 'config.json'))),
    );
  },
);

test('there is such a file for every family that transformers has', () => {
  expect(modelTypes().filter((modelType) => !existsSync(file(modelType, NEW)))).toEqual([
    'baichuan',
  ]);
});

/** A Llama's shape: vocabulary, hidden, inner, layers, heads, key heads. */
const shape = (
  sizes: readonly number[],
  rest: Record<string, unknown> = {},
): Record<string, unknown> => {
  const [
    vocab_size,
    hidden_size,
    intermediate_size,
    num_hidden_layers,
    num_attention_heads,
    num_key_value_heads,
  ] = sizes;
  return {
    vocab_size,
    hidden_size,
    intermediate_size,
    num_hidden_layers,
    num_attention_heads,
    num_key_value_heads,
    ...rest,
  };
};
const tied = { tie_word_embeddings: true };
const longrope = (pairs: number) => ({
  type: 'longrope',
  short_factor: Array.from({ length: pairs }, () => 1),
  long_factor: Array.from({ length: pairs }, () => 2),
});

/** The keys of each config.json that are not the family's defaults. */
const published: [string, Record<string, unknown>, number][] = [
  [
    'SmolLM2-135M',
    { model_type: 'llama', ...shape([49152, 576, 1536, 30, 9, 3], tied), rope_theta: 100000 },
    134_515_008,
  ],
  [
    'Llama-2-7b',
    { model_type: 'llama', ...shape([32000, 4096, 11008, 32, 32, 32]) },
    6_738_415_616,
  ],
  [
    'Llama-3.2-1B',
    { model_type: 'llama', ...shape([128256, 2048, 8192, 16, 32, 8], tied), head_dim: 64 },
    1_235_814_400,
  ],
  [
    'Mistral-7B-v0.1',
    { model_type: 'mistral', ...shape([32000, 4096, 14336, 32, 32, 8]), sliding_window: 4096 },
    7_241_732_096,
  ],
  [
    'Qwen2.5-0.5B',
    {
      model_type: 'qwen2',
      ...shape([151936, 896, 4864, 24, 14, 2], tied),
      use_sliding_window: false,
    },
    494_032_768,
  ],
  [
    'Qwen3-0.6B',
    { model_type: 'qwen3', ...shape([151936, 1024, 3072, 28, 16, 8], tied), head_dim: 128 },
    596_049_920,
  ],
  [
    'gemma-2-2b',
    { model_type: 'gemma2', ...shape([256000, 2304, 9216, 26, 8, 4]), head_dim: 256 },
    2_614_341_888,
  ],
  [
    'gemma-3-270m',
    { model_type: 'gemma3_text', ...shape([262144, 640, 2048, 18, 4, 1]), head_dim: 256 },
    268_098_176,
  ],
  ['phi-1.5', { model_type: 'phi', ...shape([51200, 2048, 8192, 24, 32]) }, 1_418_270_720],
  [
    'phi-2',
    { model_type: 'phi', ...shape([51200, 2560, 10240, 32, 32, 32]), partial_rotary_factor: 0.4 },
    2_779_683_840,
  ],
  [
    'Phi-3-mini-4k',
    { model_type: 'phi3', ...shape([32064, 3072, 8192, 32, 32, 32]), sliding_window: 2047 },
    3_821_079_552,
  ],
  [
    'Phi-3.5-mini',
    {
      model_type: 'phi3',
      ...shape([32064, 3072, 8192, 32, 32, 32]),
      rope_scaling: longrope(48),
      original_max_position_embeddings: 4096,
      max_position_embeddings: 131072,
    },
    3_821_079_552,
  ],
  [
    'Phi-4-mini',
    {
      model_type: 'phi3',
      ...shape([200064, 3072, 8192, 32, 24, 8], tied),
      rope_scaling: longrope(48),
      partial_rotary_factor: 0.75,
      original_max_position_embeddings: 4096,
      max_position_embeddings: 131072,
    },
    3_836_021_760,
  ],
  [
    'pythia-410m',
    {
      model_type: 'gpt_neox',
      ...shape([50304, 1024, 4096, 24, 16]),
      rotary_pct: 0.25,
      max_position_embeddings: 2048,
    },
    405_334_016,
  ],
  [
    'gpt2',
    {
      model_type: 'gpt2',
      vocab_size: 50257,
      n_embd: 768,
      n_layer: 12,
      n_head: 12,
      n_positions: 1024,
    },
    124_439_808,
  ],
  [
    'bloom-560m',
    {
      model_type: 'bloom',
      vocab_size: 250880,
      n_embed: 1024,
      n_layer: 24,
      num_attention_heads: 16,
    },
    559_214_592,
  ],
  [
    'Baichuan-7B',
    {
      model_type: 'baichuan',
      ...shape([64000, 4096, 11008, 32, 32]),
      max_position_embeddings: 4096,
    },
    7_000_559_616,
  ],
];

test.each(published)('%s has its published number of parameters', (_name, config, parameters) => {
  const { tensors } = traceOf(parseHfConfig('config.json', config));
  expect(
    [...tensors.values()].reduce((sum, dims) => sum + dims.reduce((a, b) => a * b, 1), 0),
  ).toBe(parameters);
});

test('only a plain Llama is written: what would be lost is refused', () => {
  const parse = (changes: object) =>
    parseHfConfig('config', {
      model_type: 'llama',
      ...shape([32000, 512, 1376, 4, 8, 2]),
      ...changes,
    }) as GatedDecoderConfig;
  expect(parseHfConfig('config', toHfConfig(parse(tied)))).toEqual(parse(tied));
  const lossy = [
    { model_type: 'mistral', sliding_window: 64 },
    { model_type: 'qwen3' },
    { attention_bias: true },
    { rope_scaling: { type: 'linear', factor: 2 } },
  ];
  for (const changes of lossy)
    expect(() => toHfConfig(parse(changes)), JSON.stringify(changes)).toThrow(
      'config.json: only a plain Llama can be written, found {',
    );
});
