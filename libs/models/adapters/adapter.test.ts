import { describe, expect, test } from 'vitest';
import type { TensorData } from '../types.js';
import { composeAdapters, mergeAdapter } from './adapter-algebra.js';
import { readAdapter, wholeModel, writeAdapter } from './adapter-files.js';
import {
  adaptedWeights,
  adapterTensorName,
  embeddingTensorName,
  lowRank,
  savedTensorName,
  savedTensors,
  type Adapter,
} from './adapter.js';

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
  mergeAdapter(adapter, weight, { dims: [4, 5], data: out });
  return out;
}

test('the tensor names are those of PEFT', () => {
  expect(adapterTensorName(Q, 'B')).toBe(
    'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight',
  );
  expect(adaptedWeights(adapterOf(2, 4, [Q, UP], 0))).toEqual([UP, Q]);
});

test('an adapter survives the way to its files and back, byte for byte', () => {
  const adapter = adapterOf(2, 4, [Q, UP], 0);
  const files = writeAdapter({ ...adapter, dropout: 0.1, baseModel: 'tiny' });
  const read = readAdapter(files);
  expect(read).toMatchObject({
    r: 2,
    alpha: 4,
    dropout: 0.1,
    baseModel: 'tiny',
    targetModules: ['q_proj', 'up_proj'],
  });
  expect(read.tensors).toEqual(adapter.tensors);
  expect(writeAdapter(read)).toEqual(files);
});

test('merging adds the scaled product', () => {
  const adapter = adapterOf(1, 3, [Q], 0);
  const a = adapter.tensors.get(adapterTensorName(Q, 'A'))!.data;
  const b = adapter.tensors.get(adapterTensorName(Q, 'B'))!.data;
  expect(delta(adapter, Q)[7]).toBeCloseTo(3 * b[1]! * a[2]!, 6);
  expect(delta(adapter, UP).every((value) => value === 0)).toBe(true);
});

test('a composed adapter is the sum of the two', () => {
  const first = adapterOf(2, 4, [Q, UP], 0);
  const second = adapterOf(3, 1, [Q], 50);
  const sum = composeAdapters(first, second);
  expect(sum).toMatchObject({ r: 5, alpha: 5, targetModules: ['q_proj', 'up_proj'] });
  for (const weight of [Q, UP]) {
    const [x, y, z] = [delta(first, weight), delta(second, weight), delta(sum, weight)];
    for (let i = 0; i < 20; i++) expect(z[i]).toBeCloseTo(x[i]! + y[i]!, 5);
  }
  expect(readAdapter(writeAdapter(sum)).r).toBe(5);
});

const decode = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

function withConfig(adapter: Adapter, change: object) {
  const files = writeAdapter(adapter);
  return {
    ...files,
    'adapter_config.json': new TextEncoder().encode(
      JSON.stringify({ ...decode(files['adapter_config.json']!), ...change }),
    ),
  };
}

test('a composed adapter is exact with rsLoRA and with ranks and alphas of single modules', () => {
  const first: Adapter = { ...adapterOf(4, 4, [Q, UP], 0), rslora: true };
  const narrow = adapterOf(1, 3, [UP], 50).tensors;
  const second: Adapter = {
    ...adapterOf(3, 1, [Q], 50),
    rankPattern: { 'mlp.up_proj': 1 },
    alphaPattern: { up_proj: 5 },
  };
  const mixed: Adapter = {
    ...second,
    targetModules: ['q_proj', 'up_proj'],
    tensors: new Map([...second.tensors, ...narrow]),
  };
  expect(lowRank(first, Q)!.scale).toBe(4 / 2);
  expect([lowRank(mixed, Q)!.scale, lowRank(mixed, UP)!.scale]).toEqual([1 / 3, 5]);
  const sum = composeAdapters(first, mixed);
  expect(sum.r).toBe(7);
  for (const weight of [Q, UP]) {
    const [x, y, z] = [delta(first, weight), delta(mixed, weight), delta(sum, weight)];
    for (let i = 0; i < 20; i++) expect(z[i]).toBeCloseTo(x[i]! + y[i]!, 4);
  }
  expect(readAdapter(writeAdapter(mixed))).toMatchObject({
    rankPattern: { 'mlp.up_proj': 1 },
    alphaPattern: { up_proj: 5 },
  });
  expect(lowRank(readAdapter(writeAdapter(mixed)), UP)!.scale).toBe(5);
});

describe('whole tensors', () => {
  const HEAD = 'lm_head.weight';
  const withHead = (adapter: Adapter, seed: number): Adapter => ({
    ...adapter,
    modulesToSave: ['lm_head'],
    tensors: new Map([...adapter.tensors, [savedTensorName(HEAD), matrix(4, 5, seed)]]),
  });

  test("are kept under PEFT's names and replace the model's own", () => {
    const adapter = withHead(adapterOf(2, 4, [Q], 0), 9);
    const read = readAdapter(writeAdapter(adapter));
    expect(decode(writeAdapter(adapter)['adapter_config.json']!)).toMatchObject({
      modules_to_save: ['lm_head'],
    });
    expect([...savedTensors(read)]).toEqual([[HEAD, matrix(4, 5, 9)]]);
    expect(adaptedWeights(read)).toEqual([Q]);
    expect(delta(read, HEAD)).toEqual(matrix(4, 5, 9).data);
  });

  test('of the second adapter replace what the first did', () => {
    const first = withHead(adapterOf(2, 4, [Q, HEAD], 0), 1);
    const sum = composeAdapters(first, withHead(adapterOf(1, 1, [Q], 5), 2));
    expect(adaptedWeights(sum)).toEqual([Q]);
    expect(delta(sum, HEAD)).toEqual(matrix(4, 5, 2).data);
    expect(sum.targetModules).toEqual(['model.layers.0.self_attn.q_proj']);
  });

  test('take in what a later adapter adds', () => {
    const whole = wholeModel(
      new Map([
        [Q, matrix(4, 5, 1)],
        [HEAD, matrix(4, 5, 2)],
      ]),
    );
    const sum = composeAdapters(whole, adapterOf(2, 4, [Q], 5));
    expect(Object.keys(writeAdapter(sum))).toEqual(['model.safetensors']);
    expect(delta(readAdapter(writeAdapter(sum)), HEAD)).toEqual(matrix(4, 5, 2).data);
    const expected = matrix(4, 5, 1);
    mergeAdapter(adapterOf(2, 4, [Q], 5), Q, expected);
    expect(delta(sum, Q)).toEqual(expected.data);
  });
});

test('an adapted embedding is stored transposed', () => {
  const embedding = 'model.embed_tokens.weight';
  const tensors = new Map([
    [embeddingTensorName(embedding, 'A'), matrix(2, 4, 1)],
    [embeddingTensorName(embedding, 'B'), matrix(5, 2, 2)],
  ]);
  const adapter: Adapter = { r: 2, alpha: 2, targetModules: ['embed_tokens'], tensors };
  const [a, b] = [matrix(2, 4, 1).data, matrix(5, 2, 2).data];
  expect(delta(readAdapter(writeAdapter(adapter)), embedding)[1 * 5 + 3]).toBeCloseTo(
    b[3 * 2]! * a[1]! + b[3 * 2 + 1]! * a[4 + 1]!,
    6,
  );
  expect(() => composeAdapters(adapter, adapter)).toThrow(
    /model\.embed_tokens\.weight: low-rank changes of embeddings/,
  );
});

test('a weight stored transposed gets the transposed product', () => {
  const adapter = adapterOf(2, 4, [Q], 0);
  const data = new Float32Array(20);
  mergeAdapter(adapter, Q, { dims: [5, 4], data }, true);
  const plain = delta(adapter, Q);
  for (let o = 0; o < 4; o++)
    for (let i = 0; i < 5; i++) expect(data[i * 4 + o]).toBeCloseTo(plain[o * 5 + i]!, 6);
});

test('targets that a list of names and layers cannot say become whole names', () => {
  const plain = readAdapter(
    withConfig(adapterOf(2, 4, [Q], 0), {
      target_modules: ['self_attn.q_proj'],
      layers_to_transform: 0,
    }),
  );
  expect(plain).toMatchObject({ targetModules: ['self_attn.q_proj'], layers: [0] });
  const pattern = readAdapter(
    withConfig(adapterOf(2, 4, [Q], 0), { target_modules: '.*q_proj', layers_to_transform: [0] }),
  );
  expect(pattern.targetModules).toEqual(['model.layers.0.self_attn.q_proj']);
  expect(pattern.layers).toBeUndefined();
});

test('an adapter of another kind or shape is refused by key or tensor', () => {
  const adapter = adapterOf(2, 4, [Q], 0);
  const files = writeAdapter(adapter);
  expect(() => readAdapter(withConfig(adapter, { peft_type: 'IA3' }))).toThrow(
    /adapter_config\.json: peft_type/,
  );
  expect(() => readAdapter(withConfig(adapter, { use_dora: true }))).toThrow(
    'adapter_config.json: use_dora: is not supported, expected none',
  );
  expect(() => readAdapter(withConfig(adapter, { use_next: { rate: 2 } }))).toThrow(
    'adapter_config.json: use_next: is not supported, expected none',
  );
  expect(
    readAdapter(
      withConfig(adapter, {
        use_next: false,
        next_config: {},
        peft_version: '0.99',
        task_type: 'CAUSAL_LM',
      }),
    ).r,
  ).toBe(2);
  expect(() =>
    readAdapter({ ...files, 'adapter_config.json': new TextEncoder().encode('{"r": 2') }),
  ).toThrow('adapter_config.json is not JSON');
  expect(() => readAdapter(withConfig(adapter, { init_lora_weights: 'pissa' }))).toThrow(
    'init_lora_weights: changes the base model',
  );
  expect(() => readAdapter(withConfig(adapter, { r: 3 }))).toThrow(`${Q}: expected lora_A [3, in]`);
  expect(() => readAdapter(withConfig(adapter, { rank_pattern: { '(': 3 } }))).toThrow(
    'the pattern "(" is not a regular expression',
  );
  const backtracking = { [`(${'[a-z_.0-9]+'.repeat(2)})+!`]: 3 };
  expect(() => readAdapter(withConfig(adapter, { rank_pattern: backtracking }))).toThrow(
    'the patterns of adapter_config.json take a module longer than 1 s',
  );
  const cut = {
    ...files,
    'adapter_model.safetensors': files['adapter_model.safetensors']!.subarray(0, -1),
  };
  expect(() => readAdapter(cut)).toThrow(/adapter_model\.safetensors is truncated: tensor/);
  const dora = new Map([
    ...adapter.tensors,
    ['base_model.model.x.lora_magnitude_vector', matrix(1, 4, 0)],
  ]);
  expect(() => readAdapter(writeAdapter({ ...adapter, tensors: dora }))).toThrow(
    'base_model.model.x.lora_magnitude_vector is not supported',
  );
  const pickled = {
    'adapter_config.json': files['adapter_config.json']!,
    'adapter_model.bin': new Uint8Array(1),
  };
  expect(() => readAdapter(pickled)).toThrow('adapter_model.bin is a pickle, expected safetensors');
  expect(() => readAdapter({ 'notes.txt': new Uint8Array(1) })).toThrow(
    /there is no adapter: .* found notes\.txt/,
  );
});
