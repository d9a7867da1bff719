// The rotary embedding's keys of config.json, from a GGUF file.

import { zip } from '#collections/zip.js';
import { ropePeriods } from '../../layers/rope.js';
import type { GgufFile } from './file.js';

export const ROPE_FREQUENCIES = 'rope_freqs.weight';

export async function ropeKeys(file: GgufFile): Promise<Record<string, unknown>> {
  const rope_theta = file.number('rope.freq_base', 10_000);
  const factors = await file.readSettings(ROPE_FREQUENCIES);
  if (factors) return { rope_theta, rope_scaling: frequencyScaling(factors, rope_theta) };
  return { rope_theta, ...scalingKeys(file) };
}

/**
 * A factor without a type is linear, as in llama.cpp; files of 2023 have it as `rope.scale_linear`.
 */
export function scalingKeys(file: GgufFile): Record<string, unknown> {
  const rope_type = file.text('rope.scaling.type') ?? 'linear';
  const factor = file.number('rope.scaling.factor', file.number('rope.scale_linear', 0));
  const isPlain =
    rope_type === 'none' || (rope_type === 'linear' && (factor === 0 || factor === 1));
  return isPlain ? {} : { rope_scaling: { rope_type, ...(factor ? { factor } : {}) } };
}

/**
 * Llama 3.1's scaling is in the file as what it does: a factor a frequency. All published models
 * have the same setting but for `factor`; any other one is given in long rope's form, of which it
 * is a case.
 */
function frequencyScaling(factors: readonly number[], theta: number): object {
  const setting = {
    factor: Math.max(...factors),
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalLength: 8192,
  };
  const rope = { dim: 2 * factors.length, theta };
  const plain = ropePeriods(rope, 1);
  const scaled = ropePeriods({ ...rope, scaling: { type: 'llama3', ...setting } }, 1);
  const isUsual = zip(factors, plain, scaled).every(
    ([factor, before, after]) => Math.abs(after / before / factor - 1) < 1e-4,
  );
  if (!isUsual)
    return {
      rope_type: 'longrope',
      short_factor: factors,
      long_factor: factors,
      attention_factor: 1,
    };
  return {
    rope_type: 'llama3',
    factor: setting.factor,
    low_freq_factor: setting.lowFreqFactor,
    high_freq_factor: setting.highFreqFactor,
    original_max_position_embeddings: setting.originalLength,
  };
}
