// The runs whose memory the bench measures.

import type { FloatDtype } from '#models/tensors/safetensors-header.js';
import type { TrainOptions } from '#training/training-options.js';
import type { ShapeName } from './shapes.js';

export interface MeasuredRun {
  /** Of a row. */
  readonly tokens: number;
  /** Of a step and of a pass. */
  readonly rows: number;
  /** Rank of an adapter that the run starts from. Default: none. */
  readonly parentRank?: number;
  readonly options?: Partial<TrainOptions>;
}

export interface MemoryCase extends MeasuredRun {
  readonly name: string;
  readonly shape: ShapeName;
  /** Of the checkpoint; absent where the run is only estimated. */
  readonly dtype?: FloatDtype;
}

const small = { shape: 'smollm2-135m', dtype: 'F32', tokens: 128, rows: 1 } as const;
const long = { ...small, tokens: 512 } as const;
const reference = (objective: string, ...retainTerms: ('gdr' | 'klr')[]) => ({
  ...small,
  name: [objective, ...retainTerms].join(' + '),
  options: { objective, retainTerms, microBatchTokens: 256 },
});

export const memoryCases: readonly MemoryCase[] = [
  { ...small, name: '1 row of 128 tokens' },
  { ...long, name: '1 row of 512' },
  { ...small, tokens: 256, rows: 4, name: '4 rows of 256' },
  { ...long, name: '1 row of 512, `recompute`', options: { recompute: true } },
  { ...long, name: '1 row of 512, `int8`', options: { precision: 'int8' } },
  { ...small, tokens: 64, rows: 8, name: '8 rows of 64, 2 threads', options: { threads: 2 } },
  {
    ...small,
    tokens: 64,
    rows: 8,
    name: '8 rows of 64, 2 threads, `int8`',
    options: { threads: 2, precision: 'int8' },
  },
  reference('npo'),
  reference('gd', 'gdr', 'klr'),
  reference('npo', 'klr'),
  reference('dpo'),
  { ...small, name: 'from an adapter of rank 64, merged', parentRank: 64 },
  {
    ...small,
    name: 'the same, `continue`, npo',
    parentRank: 64,
    options: { objective: 'npo', parent: 'continue' },
  },
  { ...small, name: 'all weights', options: { trainable: { type: 'full' } } },
  {
    ...small,
    name: 'all weights, npo',
    options: { trainable: { type: 'full' }, objective: 'npo' },
  },
  { ...small, dtype: 'BF16', name: '16-bit weights', options: { halfWeights: true } },
  { ...small, shape: 'qwen2.5-0.5b', name: '1 row of 128' },
  { ...small, shape: 'bloom-560m', name: '1 row of 128' },
  {
    ...small,
    tokens: 64,
    shape: 'llama-3.2-1b',
    name: '1 row of 64, float32, `recompute`',
    options: { recompute: true },
  },
  {
    ...long,
    shape: 'llama-3.2-1b',
    dtype: 'BF16',
    name: '1 row of 512, 16-bit weights, `recompute`',
    options: { halfWeights: true, recompute: true },
  },
  {
    ...long,
    shape: 'llama-3.2-1b',
    dtype: 'BF16',
    name: 'the same, `int8`',
    options: { halfWeights: true, recompute: true, precision: 'int8' },
  },
  {
    tokens: 512,
    rows: 1,
    shape: 'llama-3.1-8b',
    name: '1 row of 512, 16-bit weights, `recompute`',
    options: { halfWeights: true, recompute: true },
  },
];
