// Activation patching: after a layer, states of another pass stand in the place of some tokens' own.

import { item } from '#collections/items.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Leave } from '../layers/pass.js';
import type { ModelConfig } from '../types.js';
import { sequenceDims } from './attention/sequence-attention.js';
import type { PassInputs } from './attention/sequence-inputs.js';

/** Size of `states`. */
const PATCHES = 'patches';

const patchInputs = {
  /** [patches, hidden], of all layers. */
  states: 'patches.states',
  /** [tokens] int64: which state a token has after a layer: its own, or one of `states` (replaceRows). */
  chosen: (layer: number) => `patches.chosen.${layer}`,
} as const;

/** What another pass left. */
export interface Patch {
  /** After which it stands, from 0. */
  readonly layer: number;
  /** [tokens, hidden] */
  readonly states: Float32Array;
}

/** A token whose state is not replaced keeps it to the bit. */
export const patched =
  (graph: Graph, { hiddenSize }: ModelConfig): Leave =>
  (own, layer) => {
    const others = graph.input(patchInputs.states, [PATCHES, hiddenSize]);
    const chosen = graph.input(patchInputs.chosen(layer), [sequenceDims.tokens], 'int64');
    return m.replaceRows(graph, own, others, chosen);
  };

export interface PlacedPatch extends Patch {
  /** The tokens whose states it replaces, as indices into those that are read. */
  readonly tokens: readonly number[];
}

/** @param read how many tokens a pass reads. */
export function patchFeeds(
  { hiddenSize, numHiddenLayers }: ModelConfig,
  read: number,
  patches: readonly PlacedPatch[],
): PassInputs {
  const own = BigInt64Array.from({ length: read }, (_, token) => BigInt(token));
  const chosen = Array.from({ length: numHiddenLayers }, () => own.slice());
  const count = patches.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const states = new Float32Array(count * hiddenSize);
  let at = 0;
  for (const patch of patches) {
    states.set(patch.states, at * hiddenSize);
    for (const token of patch.tokens) item(chosen, patch.layer)[token] = BigInt(at++ - count);
  }
  const layers = chosen.map((data, layer) => [patchInputs.chosen(layer), { dims: [read], data }]);
  return {
    feeds: {
      [patchInputs.states]: { dims: [count, hiddenSize], data: states },
      ...Object.fromEntries(layers),
    },
    sizes: { [PATCHES]: count },
  };
}
