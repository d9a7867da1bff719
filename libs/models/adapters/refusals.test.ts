// Adapters that cannot be applied are refused by file, key or tensor.

import { expect, test } from 'vitest';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { AdapterError } from '../errors/adapter.error.js';
import type { AdapterFiles } from '../types.js';
import { readAdapter, writeAdapter } from './adapter-files.js';

const adapter = tinyAdapter(TINY_CONFIG);
const files = writeAdapter(adapter);
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const config = JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as object;
const withConfig = (changes: object): AdapterFiles => ({
  ...files,
  'adapter_config.json': encoded(JSON.stringify({ ...config, ...changes })),
});

test.each([
  [{ peft_type: 'IA3', r: undefined }, 'peft_type: Invalid input: expected "LORA", found "IA3"'],
  [{ use_dora: true }, 'use_dora: is not supported, expected none, found true'],
  [{ note: 'of mine' }, 'note: is not supported, expected none, found "of mine"'],
  [{ r: 'eight' }, 'r: Invalid input: expected number, received string, found "eight"'],
  [{ r: undefined }, 'r: Invalid input: expected number, received undefined, found nothing'],
])('a configuration with %j is refused by what was found', (changes, message) => {
  expect(() => readAdapter(withConfig(changes))).toThrow(
    new AdapterError(`adapter_config.json: ${message}`),
  );
});

test('every key that PEFT 0.21 writes is read', () => {
  const written = {
    auto_mapping: null,
    peft_version: '0.21.2',
    revision: null,
    megatron_core: 'megatron.core',
    trainable_token_indices: null,
    velora_config: null,
    alora_invocation_tokens: null,
    use_qalora: false,
    qalora_group_size: 16,
    monteclora_config: null,
    layer_replication: null,
    lora_bias: false,
    target_parameters: null,
    use_bdlora: null,
    arrow_config: null,
    kasa_config: null,
    lora_ga_config: null,
    loftq_config: {},
  };
  expect(readAdapter(withConfig(written)).r).toBe(adapter.r);
});

test.each([NaN, Infinity, -Infinity])('a tensor that holds %s is refused by its name', (value) => {
  const tensors = new Map(adapter.tensors);
  const [name, { dims, data }] = [...tensors][3]!;
  tensors.set(name, { dims, data: data.slice().fill(value, 5, 6) });
  const damaged = writeAdapter({ ...adapter, tensors });
  expect(() => readAdapter(damaged)).toThrow(`${name} holds ${value}`);
});

test('files that are something else are refused by what they are', () => {
  const pointer = encoded('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
  const read = (changes: AdapterFiles) => () => readAdapter({ ...files, ...changes });
  expect(read({ 'adapter_model.safetensors': pointer })).toThrow('is a Git LFS pointer');
  expect(read({ 'adapter_config.json': pointer })).toThrow(
    'adapter_config.json is a Git LFS pointer',
  );
  expect(read({ 'adapter_config.json': encoded('['.repeat(200_000)) })).toThrow(AdapterError);
  const index = encoded('{"weight_map": {"a": "constructor"}}');
  expect(read({ 'adapter_model.safetensors.index.json': index })).toThrow('constructor is missing');
});
