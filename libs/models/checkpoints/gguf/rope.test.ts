import { expect, test } from 'vitest';
import type { GgufFile } from './file.js';
import { ropeKeys } from './rope.js';

const fileWith = (factors: readonly number[]): GgufFile =>
  ({
    number: () => 500_000,
    text: () => undefined,
    readSettings: () => Promise.resolve(factors),
  }) as unknown as GgufFile;

/** rope_freqs.weight that llama.cpp's converter writes for Llama-3.2-1B. */
const LLAMA_3_2 = Array.from(
  { length: 32 },
  (_, i) => [1.651329, 3.292263, 9.666731][i - 15] ?? (i < 15 ? 1 : 32),
);

test('factors of Llama 3.2 are given back as the setting they follow from', async () => {
  expect(await ropeKeys(fileWith(LLAMA_3_2))).toEqual({
    rope_theta: 500_000,
    rope_scaling: {
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
  });
});

test('other factors are kept as they are', async () => {
  const factors = LLAMA_3_2.with(16, 5);
  expect(await ropeKeys(fileWith(factors))).toEqual({
    rope_theta: 500_000,
    rope_scaling: {
      rope_type: 'longrope',
      short_factor: factors,
      long_factor: factors,
      attention_factor: 1,
    },
  });
});
