// A run's estimated memory is within 15 % of what its process took: a model that outweighs Node
// itself, in float32, 16 and 8 bits.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureMemory } from './measure-memory.js';
import type { MeasuredRun } from './memory-cases.js';
import { writeRandomModel } from './random-model.js';
import { shapes } from './shapes.js';

const shape = {
  ...shapes['smollm2-135m'],
  hidden_size: 512,
  intermediate_size: 1536,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  vocab_size: 32_000,
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-memory-'));
  for (const dtype of ['F32', 'BF16'] as const)
    await writeRandomModel(join(folder, dtype), shape, dtype);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test.each<[string, 'F32' | 'BF16', MeasuredRun]>([
  ['one row', 'F32', { tokens: 384, rows: 1 }],
  ['8 bits', 'F32', { tokens: 384, rows: 1, options: { precision: 'int8' } }],
  ['two replicas', 'F32', { tokens: 96, rows: 8, options: { threads: 2 } }],
  [
    'references on both sides',
    'F32',
    {
      tokens: 128,
      rows: 1,
      options: { objective: 'npo', retainTerms: ['klr'], microBatchTokens: 256 },
    },
  ],
  ['all weights', 'F32', { tokens: 64, rows: 1, options: { trainable: { type: 'full' } } }],
  [
    '16-bit weights and layers computed again',
    'BF16',
    { tokens: 384, rows: 2, options: { halfWeights: true, recompute: true } },
  ],
])(
  '%s',
  async (_name, dtype, run) => {
    const { estimated, peak } = await measureMemory(join(folder, dtype), run);
    expect(estimated / peak).toBeGreaterThan(0.85);
    expect(estimated / peak).toBeLessThan(1.15);
  },
  300_000,
);
