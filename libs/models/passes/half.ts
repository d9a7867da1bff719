// The base model's linear layers in 16 bits. All else stays float32, as in torch.autocast: the
// residual stream, norms, attention, the head, adapters and losses.

import { required } from '#collections/required.js';
import type { Graph } from '#onnx/graph.js';
import { halfProduct, toHalf } from '#onnx/half.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { onProduct, weightDims } from '../layers/linear.js';
import type { Project } from '../layers/pass.js';
import { floatToHalf } from '../tensors/float16.js';
import { type HalfTensor, widened } from '../tensors/half-tensor.js';
import type { ModelConfig, TensorData } from '../types.js';
import { traceOf } from './trace.js';

/** What is read is rounded once a group of layers. */
export const halfProjections =
  (graph: Graph): Project =>
  (x, linears, onto) => {
    const half = toHalf(graph, x);
    return linears.map((layer) => {
      const weight = graph.input(layer.name, weightDims(layer), 'float16');
      return onProduct(graph, halfProduct(graph, x, half, weight, !layer.transposed), layer, onto);
    });
  };

const INFINITE = 0x7c00;

/**
 * The linear layers' weights as halves, which take their place: those in `weights` are taken out of
 * it.
 * @throws CheckpointError where a number is beyond what a half can be
 */
export function halfLinears(
  config: ModelConfig,
  weights: Map<string, TensorData>,
  stored: ReadonlyMap<string, HalfTensor>,
): Map<string, HalfTensor> {
  return new Map(
    [...traceOf(config).linears.keys()].map((name) => {
      const half = stored.get(name);
      const rounded =
        half?.scale === 1 ? half : rounding(name, half ? widened(half) : required(weights, name));
      weights.delete(name);
      return [name, rounded];
    }),
  );
}

function rounding(name: string, { dims, data }: TensorData): HalfTensor {
  const halves = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const half = floatToHalf(data[i]!);
    halves[i] = half;
    if ((half & INFINITE) === INFINITE)
      throw new CheckpointError(`${name} has the number ${data[i]}: a half is at most 65504`);
  }
  return { dims, data: halves, scale: 1 };
}
