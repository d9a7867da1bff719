// The numbers a run trains, their gradients and moments, as flat buffers: what the optimizer,
// clipping and checkpoints work on.

import { last } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { architectureOf } from '#models/families/index.js';
import type { Parameter } from '#models/passes/lora.js';
import { traceOf } from '#models/passes/trace.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { sizeOf } from '#onnx/graph.js';
import { Random } from '#runtime/random.js';
import type { Moments, Segment } from '../optimizer/adamw.js';
import { createVectors } from '../optimizer/vector.js';

export interface ParameterStore {
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly moments: Moments;
  readonly segments: readonly Segment[];
  /** Views of `values` by the graph's input names. */
  readonly inputs: ReadonlyMap<string, TensorData>;
  /** Views of `values` by tensor names of the checkpoint's format. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A tensor's first values; undefined where they are 0. */
export type Initial = (name: string, dims: readonly number[]) => Float32Array | undefined;

/** Lays the parameters out one after the other. */
export function storeParameters(
  parameters: readonly Parameter[],
  initial: Initial,
): ParameterStore {
  const sizes = parameters.map((parameter) => sizeOf(parameter.value.dims));
  const [values, gradients, firstMoments, secondMoments] = createVectors(
    4,
    sizes.reduce((sum, size) => sum + size, 0),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const segments: Segment[] = [];
  const inputs = new Map<string, TensorData>();
  const tensors = new Map<string, TensorData>();
  let at = 0;
  for (const [{ value, parts }, size] of zip(parameters, sizes)) {
    const dims = value.dims as number[];
    segments.push({ start: at, end: at + size, decays: dims.length > 1 });
    inputs.set(value.name, { dims, data: values.subarray(at, at + size) });
    for (const part of parts) {
      const data = values.subarray(at, at + sizeOf(part.dims));
      const first = initial(part.name, part.dims);
      if (first) data.set(first);
      tensors.set(part.name, { dims: part.dims, data });
      at += data.length;
    }
  }
  return {
    values,
    gradients,
    moments: { first: firstMoments, second: secondMoments },
    segments,
    inputs,
    tensors,
  };
}

/**
 * PEFT's start: A uniform within 1 / sqrt(in) (Kaiming with a = sqrt 5), B zero, so that the
 * adapter adds nothing yet.
 */
export function initialLora(seed: number): Initial {
  return (name, dims) => {
    if (name.endsWith('.lora_B.weight')) return undefined;
    const random = new Random(seed, 'lora', name);
    const bound = 1 / Math.sqrt(last(dims));
    const data = new Float32Array(sizeOf(dims));
    // A loop: millions of calls back would be most of a session's start.
    for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * bound;
    return data;
  };
}

/**
 * GPT-2's start for a model without weights: normal 0.02, matrices that write to the residual
 * stream scaled by depth, norms neutral, biases zero.
 */
export function initialWeights(
  config: ModelConfig,
  seed: number,
): (name: string, dims: readonly number[]) => Float32Array {
  const { residual } = traceOf(config);
  const neutral = architectureOf(config).offsetNorms ? 0 : 1;
  const depth = Math.sqrt(2 * config.numHiddenLayers);
  return (name, dims) => {
    const data = new Float32Array(sizeOf(dims));
    if (dims.length === 1) return data.fill(name.endsWith('.bias') ? 0 : neutral);
    const random = new Random(seed, 'weights', name);
    const deviation = residual.has(name) ? 0.02 / depth : 0.02;
    return data.map(() => random.normal() * deviation);
  };
}
