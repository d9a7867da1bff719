// How likely each layer would have the gold answer, were it the last: a layer that still finds it
// likely holds it, whatever those above it say.

import { first } from '#collections/items.js';
import { conversationOf } from '#contracts/examples.js';
import { probability } from '#metrics/memorisation/probability.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Measurement } from '../probe.js';

/** Figures are named layer0, the embedding, layer1, ... */
export const layerName = (layer: number): string => `layer${layer}`;

export const lens: Measurement = {
  scoring: { layers: true },
  items: (example) => [{ prompt: chatPrompt(conversationOf(example)), completion: example.answer }],
  figures: (scores) =>
    Object.fromEntries(
      first(scores).layers.map(({ logProbs }, layer) => [layerName(layer), probability(logProbs)]),
    ),
};
