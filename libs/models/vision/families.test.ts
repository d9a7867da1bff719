import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import type { ModelConfig } from '../types.js';

interface Read {
  readonly config: Readonly<Record<string, unknown>>;
  readonly text: Readonly<Record<string, string | number | null>>;
  readonly vision: Readonly<Record<string, string | number>>;
  readonly image_token: number;
  readonly tied: boolean;
}
const golden = JSON.parse(
  readFileSync(join(goldenRoot, 'vision', 'defaults.json'), 'utf8'),
) as readonly Read[];

test.each(golden)('$config.model_type: what is left out is as in transformers', (read) => {
  const config = parseHfConfig('config.json', read.config) as ModelConfig & {
    readonly intermediateSize: number;
    readonly rmsNormEps: number;
  };
  const { text, vision } = read;
  expect(config).toMatchObject({
    modelType: text['model_type'],
    vocabSize: text['vocab_size'],
    hiddenSize: text['hidden_size'],
    intermediateSize: text['intermediate_size'],
    numHiddenLayers: text['num_hidden_layers'],
    numAttentionHeads: text['num_attention_heads'],
    numKeyValueHeads: text['num_key_value_heads'] ?? text['num_attention_heads'],
    maxPositionEmbeddings: text['max_position_embeddings'],
    rmsNormEps: text['rms_norm_eps'],
    tieWordEmbeddings: read.tied,
  });
  expect(config.vision).toMatchObject({
    modelType: read.config['model_type'],
    imageToken: read.image_token,
    featureSize: text['hidden_size'],
  });
  expect(config.vision?.tower).toMatchObject({
    hiddenSize: vision['hidden_size'],
    intermediateSize: vision['intermediate_size'],
    numHiddenLayers: vision['num_hidden_layers'],
    numAttentionHeads: vision['num_attention_heads'],
    imageSize: vision['image_size'],
    patchSize: vision['patch_size'],
    activation: vision['hidden_act'],
    normEps: vision['layer_norm_eps'],
  });
});

test('a configuration is plain data: it is passed between threads and written down', () => {
  for (const { config } of golden) {
    const parsed = parseHfConfig('config.json', config);
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
  }
});

const llava = (changes: object) => ({ model_type: 'llava', ...changes });

test.each<[string, Record<string, unknown>]>([
  [
    'model_type: expected one of baichuan, bloom, gemma2, gemma3_text, gpt2, gpt_neox, idefics3, llama, llava, llava_next, mistral, phi, phi3, qwen2, qwen2_5_vl, qwen2_vl, qwen3, smolvlm, found "instructblip"',
    { model_type: 'instructblip' },
  ],
  ['found "qwen3_vl"', { model_type: 'qwen3_vl' }],
  ['found "llava_onevision"', { model_type: 'llava_onevision' }],
  [
    'vision_config.model_type: expected one of clip_vision_model, siglip_vision_model, found "pixtral"',
    llava({ vision_config: { model_type: 'pixtral' } }),
  ],
  [
    'text_config.model_type: expected one of llama, mistral, qwen2, phi3, found "gemma2"',
    llava({ text_config: { model_type: 'gemma2' } }),
  ],
  [
    'vision_feature_layer: expected -25 to 24 of a tower of 24 layers, found -26',
    llava({ vision_feature_layer: -26 }),
  ],
  [
    'vision_feature_select_strategy: Invalid option: expected one of "default"|"full", found "cls"',
    llava({ vision_feature_select_strategy: 'cls' }),
  ],
  [
    'config.json: text_config: hidden_act: Invalid input: expected "silu", found "gelu"',
    llava({ text_config: { hidden_act: 'gelu' } }),
  ],
  [
    'vision_config: num_attention_heads: expected a divisor of 768, found 7',
    llava({ vision_config: { num_attention_heads: 7 } }),
  ],
  [
    'vision_config: num_channels: Invalid input: expected 3, found 1',
    llava({ vision_config: { num_channels: 1 } }),
  ],
  [
    "vision_config: patch_size: expected at most the picture's 224, found 256",
    llava({ vision_config: { patch_size: 256 } }),
  ],
  [
    'vision_config: image_size: expected at most 256 patches of 14 a side, found 100000',
    llava({ vision_config: { image_size: 100_000, patch_size: 14 } }),
  ],
  [
    'vision_feature_select_strategy: expected one that leaves 576 features of a tile, found 577',
    { model_type: 'llava_next', vision_feature_select_strategy: 'full' },
  ],
  [
    'scale_factor: expected a divisor of 7 patches a side, found 2',
    { model_type: 'smolvlm', vision_config: { image_size: 224, patch_size: 32 } },
  ],
  [
    'text_config.model_type: expected one of llama, found "mistral"',
    { model_type: 'idefics3', text_config: { model_type: 'mistral' } },
  ],
])('refused: %s', (message, json) => {
  expect(() => parseHfConfig('config.json', json)).toThrow(message);
});

test('layers are counted from either end, and the placeholder has either name', () => {
  const visionOf = (changes: object) => parseHfConfig('config.json', llava(changes)).vision;
  expect(visionOf({ vision_feature_layer: [-2, 3] })).toMatchObject({
    connector: { layers: [23, 3], dropsFirst: true },
  });
  expect(visionOf({ image_token_id: 5 })).toMatchObject({ imageToken: 5 });
});
