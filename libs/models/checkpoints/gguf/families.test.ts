// Files that llama.cpp's own converter made of the golden checkpoints (test/golden/gguf/convert.py)
// against those checkpoints.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { ropeFactor, ropePeriods, type Rope } from '../../layers/rope.js';
import { floatToHalf, halfTable } from '../../tensors/float16.js';
import { widened } from '../../tensors/half-tensor.js';
import type { ModelConfig } from '../../types.js';
import { openCheckpoint } from '../checkpoint.js';
import { parseHfConfig } from '../hf-config.js';
import { third } from './undo.js';

/** What a file of the family cannot say, as config.json would say it. */
const LOST: Readonly<Record<string, object>> = {
  mistral: { model_type: 'llama', sliding_window: undefined },
  gemma2: { query_pre_attn_scalar: 10 },
};

/** The file holds matrices as float16; position embeddings and vectors stay float32. */
const isHalf = (name: string, dims: readonly number[]): boolean =>
  dims.length > 1 && !name.includes('wpe');

const rotation = (rope: Rope | undefined): object =>
  rope
    ? {
        dim: rope.dim,
        factor: rope && ropeFactor(rope),
        short: ropePeriods(rope, 1),
        long: ropePeriods(rope, 100),
      }
    : {};

test.each([
  'llama',
  'llama-rope-linear',
  'llama-rope-llama3',
  'mistral',
  'qwen2',
  'qwen3',
  'gemma2',
  'phi',
  'phi3',
  'phi3-longrope',
  'gpt_neox',
  'gpt2',
  'bloom',
  'baichuan',
])(
  '%s: a file gives the configuration and the tensors of the folder it was made of',
  async (name) => {
    const original = await openCheckpoint(join(goldenRoot, name));
    const file = await openCheckpoint(join(goldenRoot, 'gguf', name));
    const { rope, ...config } = file.config as typeof file.config & { rope?: Rope };
    const expected = parseHfConfig(name, {
      ...original.hfConfig,
      ...LOST[name],
    }) as typeof config & { rope?: Rope };
    expect({ ...config, rope: undefined }).toEqual({ ...expected, rope: undefined });
    const [ours, theirs] = [rotation(rope), rotation(expected.rope)].map(
      (values) => Object.values(values).flat() as number[],
    );
    expect(
      largestDifference(
        ours!.map((value, i) => value / theirs![i]!),
        ours!.map(() => 1),
      ),
    ).toBeLessThan(1e-5);

    const halves = halfTable();
    for (const tensor of file.tensorNames()) {
      const [data, wanted] = [await file.read(tensor), await original.read(tensor)];
      expect(file.dims(tensor), tensor).toEqual(original.dims(tensor));
      const stored = isHalf(tensor, file.dims(tensor))
        ? wanted.map((value) => halves[floatToHalf(value)]!)
        : wanted;
      // 1 was added to Gemma's norms and is taken off again.
      const tolerance = name === 'gemma2' && tensor.includes('norm') ? 2e-7 : 0;
      expect(largestDifference(data, stored), tensor).toBeLessThanOrEqual(tolerance);
      const half = await file.readHalf!(tensor);
      expect(half && widened(half), tensor).toEqual(
        isHalf(tensor, file.dims(tensor)) ? { dims: file.dims(tensor), data } : undefined,
      );
    }
    expect(file.storesHalves).toBe(true);
  },
);

test('Phi-2 as converters of 2023 wrote it: queries, keys and values are thirds of one tensor', () => {
  const fused = Float32Array.from({ length: 12 }, (_, i) => i);
  const parts = ([0, 1, 2] as const).map((part) => third(part));
  expect(parts.map((part) => [...part.data(fused, [6, 2], {} as ModelConfig)])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  expect(parts.map((part) => part.dims!([6, 2]))).toEqual([
    [2, 2],
    [2, 2],
    [2, 2],
  ]);
});
