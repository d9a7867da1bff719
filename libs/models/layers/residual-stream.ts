// The residual stream of a decoder: what its blocks read and add to, one after the other.

import type { Value } from '#onnx/types.js';
import type { Pass } from './pass.js';

export interface ResidualStream {
  /** After the embedding and after every layer. */
  readonly states: readonly Value[];
  /** After the last layer. */
  readonly last: Value;
}

/** @param block gives the stream after a layer by the stream before it. */
export function residualStream(
  { leave }: Pick<Pass, 'leave'>,
  embedded: Value,
  { numHiddenLayers }: { readonly numHiddenLayers: number },
  block: (x: Value, layer: number) => Value,
): ResidualStream {
  const states = [embedded];
  let last = embedded;
  for (let layer = 0; layer < numHiddenLayers; layer++) {
    last = leave(block(last, layer), layer);
    states.push(last);
  }
  return { states, last };
}
