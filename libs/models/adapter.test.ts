import { expect, test } from 'vitest';
import { composeAdapters, mergeAdapter } from '#models/adapter-algebra.js';
import { adaptedWeights, adapterTensorName, readAdapter, writeAdapter, type Adapter } from '#models/adapter.js';
import type { TensorData } from '#models/types.js';

const Q = 'model.layers.0.self_attn.q_proj.weight';
const UP = 'model.layers.0.mlp.up_proj.weight';

function matrix(rows: number, columns: number, seed: number): TensorData {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + i * 1.7));
  return { dims: [rows, columns], data };
}

function adapterOf(r: number, alpha: number, weights: readonly string[], seed: number): Adapter {
  const tensors = new Map<string, TensorData>();
  weights.forEach((weight, i) => {
    tensors.set(adapterTensorName(weight, 'A'), matrix(r, 5, seed + i));
    tensors.set(adapterTensorName(weight, 'B'), matrix(4, r, seed + 10 + i));
  });
  return { r, alpha, targetModules: weights.map((weight) => weight.split('.').at(-2)!), tensors };
}

function delta(adapter: Adapter, weight: string): Float32Array {
  const out = new Float32Array(20);
  mergeAdapter(adapter, weight, [4, 5], out);
  return out;
}

test('the tensor names are those of PEFT', () => {
  expect(adapterTensorName(Q, 'B')).toBe('base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight');
  expect(adaptedWeights(adapterOf(2, 4, [Q, UP], 0))).toEqual([UP, Q]);
});

test('an adapter survives the way to its files and back, byte for byte', () => {
  const adapter = adapterOf(2, 4, [Q, UP], 0);
  const files = writeAdapter({ ...adapter, dropout: 0.1, baseModel: 'tiny' });
  const read = readAdapter(files);
  expect(read).toMatchObject({ r: 2, alpha: 4, dropout: 0.1, baseModel: 'tiny', targetModules: ['q_proj', 'up_proj'] });
  expect(read.tensors).toEqual(adapter.tensors);
  expect(writeAdapter(read)).toEqual(files);
});

test('merging adds the scaled product', () => {
  const adapter = adapterOf(1, 3, [Q], 0);
  const a = adapter.tensors.get(adapterTensorName(Q, 'A'))!.data;
  const b = adapter.tensors.get(adapterTensorName(Q, 'B'))!.data;
  expect(delta(adapter, Q)[7]).toBeCloseTo(3 * b[1] * a[2], 6);
  expect(delta(adapter, UP).every((value) => value === 0)).toBe(true);
});

test('a composed adapter is the sum of the two', () => {
  const first = adapterOf(2, 4, [Q, UP], 0);
  const second = adapterOf(3, 1, [Q], 50);
  const sum = composeAdapters(first, second);
  expect(sum).toMatchObject({ r: 5, alpha: 5, targetModules: ['q_proj', 'up_proj'] });
  for (const weight of [Q, UP]) {
    const [x, y, z] = [delta(first, weight), delta(second, weight), delta(sum, weight)];
    for (let i = 0; i < 20; i++) expect(z[i]).toBeCloseTo(x[i] + y[i], 5);
  }
  expect(readAdapter(writeAdapter(sum)).r).toBe(5);
});

test('an adapter of another kind or shape is refused by key or tensor', () => {
  const files = writeAdapter(adapterOf(2, 4, [Q], 0));
  const config = JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as object;
  const withConfig = (change: object) => ({
    ...files,
    'adapter_config.json': new TextEncoder().encode(JSON.stringify({ ...config, ...change })),
  });
  expect(() => readAdapter(withConfig({ peft_type: 'IA3' }))).toThrow(/adapter_config\.json: peft_type/);
  expect(() => readAdapter(withConfig({ modules_to_save: ['lm_head'] }))).toThrow(/modules_to_save/);
  expect(() => readAdapter(withConfig({ r: 3 }))).toThrow(`${Q}: expected lora_A [3, in]`);
  const cut = { ...files, 'adapter_model.safetensors': files['adapter_model.safetensors'].subarray(0, -1) };
  expect(() => readAdapter(cut)).toThrow(/adapter_model\.safetensors is truncated: tensor/);
});
