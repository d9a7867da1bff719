// Random weights that the text and the projector start from.

import { expectedTensors } from '#models/passes/trace.js';
import type { TensorData } from '#models/types.js';
import { connectorTensors } from '#models/vision/vision-tensors.js';
import { Random } from '#runtime/random.js';
import type { Shape } from './shape.js';

/** What writes to the residual stream starts small, and so does the head. */
const SMALL = /\.(?:o_proj|down_proj)\.|^lm_head\./;
/** Deviation of a matrix that is not small, times the root of its width. */
const GAIN = 0.8;

export function initialText(shape: Shape): Map<string, TensorData> {
  const tensors = new Map([...expectedTensors(shape), ...connectorTensors(shape)]);
  return new Map(
    [...tensors].map(([name, dims]) => [name, { dims, data: initial(name, dims) }] as const),
  );
}

function initial(name: string, dims: readonly number[]): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  const [, width] = dims;
  if (width === undefined) return data.fill(name.endsWith('.bias') ? 0 : 1);
  const random = new Random('lethe-tiny-vl', name);
  const deviation = name.includes('embed_tokens')
    ? 0.06
    : SMALL.test(name)
      ? 0.02
      : GAIN / Math.sqrt(width);
  return data.map(() => deviation * random.normal());
}
