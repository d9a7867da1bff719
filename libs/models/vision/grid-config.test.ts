// Qwen2-VL's configurations, flat and in parts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import type { GatedDecoderConfig } from '../families/gated-decoder.js';

interface Read {
  readonly config: Readonly<Record<string, unknown>>;
  readonly text: Readonly<Record<string, number>>;
  readonly theta: number;
  readonly sections: readonly number[];
  readonly vision: Readonly<Record<string, string | number>>;
  readonly sizes: readonly [hidden: number, inner: number];
  readonly theta_of_tower: number;
  readonly image_token: number;
  readonly tied: boolean;
}
const golden = JSON.parse(
  readFileSync(join(goldenRoot, 'vision', 'grid-defaults.json'), 'utf8'),
) as readonly Read[];

test.each(golden)('$config.model_type: as transformers reads it', (read) => {
  const config = parseHfConfig('config.json', read.config) as GatedDecoderConfig;
  const { text, vision, sizes } = read;
  expect(config).toMatchObject({
    modelType: 'qwen2',
    vocabSize: text['vocab_size'],
    hiddenSize: text['hidden_size'],
    intermediateSize: text['intermediate_size'],
    numHiddenLayers: text['num_hidden_layers'],
    numAttentionHeads: text['num_attention_heads'],
    numKeyValueHeads: text['num_key_value_heads'],
    maxPositionEmbeddings: text['max_position_embeddings'],
    rmsNormEps: text['rms_norm_eps'],
    tieWordEmbeddings: read.tied,
    qkvBias: true,
  });
  expect(config.rope.theta).toBe(read.theta);
  expect(config.vision).toMatchObject({
    modelType: read.config['model_type'],
    layout: 'grid',
    imageToken: read.image_token,
    featureSize: text['hidden_size'],
    axes: read.sections,
    tower: {
      hiddenSize: sizes[0],
      intermediateSize: sizes[1],
      numHiddenLayers: vision['depth'],
      numAttentionHeads: vision['num_heads'],
      patchSize: vision['patch_size'],
      merge: vision['spatial_merge_size'],
      frames: vision['temporal_patch_size'],
      activation: vision['hidden_act'],
      theta: read.theta_of_tower,
    },
  });
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
});

const text = { hidden_size: 3584, num_attention_heads: 28, num_key_value_heads: 4 };
const small = (changes: object) => ({ model_type: 'qwen2_5_vl', ...text, ...changes });

test('windows are of whole features, and the plain family is behind them', () => {
  const { vision, ...plain } = parseHfConfig('config.json', small({}));
  expect(vision).toMatchObject({ tower: { windows: { side: 8, wholes: [7, 15, 23, 31] } } });
  const same = { max_position_embeddings: 32_768, rms_norm_eps: 1e-5, rope_theta: 1e6 };
  const sizes = { vocab_size: 152_064, intermediate_size: 29_568, num_hidden_layers: 80 };
  const qwen2 = { ...text, ...same, ...sizes, model_type: 'qwen2' };
  expect(plain).toEqual(parseHfConfig('config.json', qwen2));
});

test.each<[string, object]>([
  [
    'rope_scaling.mrope_section: expected numbers that sum up to 64, half of a head, found 16, 24, 25',
    { rope_scaling: { type: 'mrope', mrope_section: [16, 24, 25] } },
  ],
  ['rope_scaling: mrope_section: ', { rope_scaling: { type: 'mrope', mrope_section: [32, 32] } }],
  [
    'rope scaling "yarn" is not supported',
    { rope_scaling: { type: 'yarn', factor: 4, mrope_section: [16, 24, 24] } },
  ],
  [
    'goes with none that depends on the length, found "dynamic"',
    { rope_scaling: { type: 'dynamic', factor: 4, mrope_section: [16, 24, 24] } },
  ],
  [
    "vision_config: expected features of the text's 3584 numbers, found 2048",
    { vision_config: { out_hidden_size: 2048 } },
  ],
  ['num_heads: expected heads of a multiple of 4 numbers', { vision_config: { num_heads: 17 } }],
  ['window_size: expected at least 28 pixels, found 27', { vision_config: { window_size: 27 } }],
  ['in_chans: Invalid input: expected 3, found 1', { vision_config: { in_chans: 1 } }],
])('refused: %s', (message, changes) => {
  expect(() => parseHfConfig('config.json', small(changes))).toThrow(message);
});
