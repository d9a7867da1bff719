// How likely the model finds the gold answer, whatever it says itself: from its start, and behind
// tokens of it that are given; how much of it, it would say word for word; what tells members.

import { first } from '#collections/items.js';
import type { GoldStretch } from '#contracts/audit.js';
import { conversationOf } from '#contracts/examples.js';
import { lossScore } from '#metrics/membership/loss.js';
import { minK, minKPlusPlus } from '#metrics/membership/min-k.js';
import { zlibScore } from '#metrics/membership/zlib.js';
import { exactMemorisation } from '#metrics/memorisation/exact-memorisation.js';
import { extractionStrength } from '#metrics/memorisation/extraction-strength.js';
import { probability } from '#metrics/memorisation/probability.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Figures, Measurement } from '../probe.js';

/** Tokens that are given, of so many. */
const given: Readonly<Record<GoldStretch, (tokens: number) => number>> = {
  direct: () => 0,
  afterFirst: () => 1,
  afterThree: () => 3,
  afterQuarter: (tokens) => Math.ceil(tokens / 4),
};

export const gold: Measurement = {
  scoring: { detail: true },
  items: (example) => [{ prompt: chatPrompt(conversationOf(example)), completion: example.answer }],
  figures(scores, { answer }) {
    const { tokenLogProbs: logProbs, greedy, mean, variance } = first(scores);
    return {
      ...behind(logProbs),
      exactMemorisation: exactMemorisation(greedy),
      extractionStrength: extractionStrength(greedy),
      loss: lossScore(logProbs),
      zlib: zlibScore(lossScore(logProbs), answer),
      minK: minK(logProbs),
      // Inference of an earlier release tells no more than likelihoods.
      minKPlusPlus: mean.length > 0 ? minKPlusPlus(logProbs, mean, variance) : undefined,
    };
  },
};

const behind = (logProbs: readonly number[]): Figures =>
  Object.fromEntries(
    Object.entries(given).map(([name, tokens]) => [
      name,
      probability(logProbs.slice(tokens(logProbs.length))),
    ]),
  );
