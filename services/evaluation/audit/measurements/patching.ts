// How likely the model that unlearning began from finds the fact of the gold answer once what one of its
// layers leaves is another model's: who still holds the fact there takes nothing from it.

import { first } from '#collections/items.js';
import { conversationOf, saidBefore } from '#contracts/examples.js';
import { probability } from '#metrics/memorisation/probability.js';
import { chatPrompt } from '../../chat-prompt.js';
import { factOf } from '../fact.js';
import type { Measurement } from '../probe.js';
import { layerName } from './lens.js';

/** Of the model as it is. */
export const UNPATCHED = 'unpatched';

export const patching: Measurement = {
  patches: true,
  items(example) {
    const { given, rest } = factOf(example.answer, saidBefore(example));
    return [{ prompt: chatPrompt(conversationOf(example), given), completion: rest }];
  },
  figures(scores) {
    const { tokenLogProbs, patched } = first(scores);
    const layers = patched.map(({ logProbs }, layer) => [
      layerName(layer + 1),
      probability(logProbs),
    ]);
    return { [UNPATCHED]: probability(tokenLogProbs), ...Object.fromEntries(layers) };
  },
};
