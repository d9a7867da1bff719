// A random LoRA adapter for a tiny model, large enough in effect that answers change.

import { adapterTensorName, type Adapter } from '#models/adapters/adapter.js';
import { kindOf } from '#models/layers/linear.js';
import { linearKinds, traceOf } from '#models/passes/trace.js';
import type { ModelConfig, TensorData } from '#models/types.js';

export interface TinyAdapterOptions {
  readonly r?: number;
  readonly alpha?: number;
  readonly seed?: number;
  readonly targetModules?: readonly string[];
}

export function tinyAdapter(
  config: ModelConfig,
  { r = 2, alpha = 4, seed = 1, targetModules = linearKinds(config) }: TinyAdapterOptions = {},
): Adapter {
  const tensors = new Map<string, TensorData>();
  let state = seed;
  const matrix = (rows: number, columns: number): TensorData => {
    const data = Float32Array.from({ length: rows * columns }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) / Math.sqrt(columns);
    });
    return { dims: [rows, columns], data };
  };
  for (const layer of traceOf(config).linears.values()) {
    const { name, in: wide, out } = layer;
    if (!targetModules.includes(kindOf(layer))) continue;
    tensors.set(adapterTensorName(name, 'A'), matrix(r, wide));
    tensors.set(adapterTensorName(name, 'B'), matrix(out, r));
  }
  return { r, alpha, targetModules, tensors };
}
