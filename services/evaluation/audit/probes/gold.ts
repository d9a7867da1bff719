// How likely the model finds the gold answer, whatever it says itself: from its start, and behind
// tokens of it that are given.

import { first } from '#collections/items.js';
import type { StretchName } from '#contracts/audit.js';
import { conversationOf } from '#contracts/examples.js';
import { probability } from '#metrics/memorisation/probability.js';
import type { Measurement } from '../probe.js';

/** Tokens that are given, of so many. */
const given: Readonly<Record<StretchName, (tokens: number) => number>> = {
  direct: () => 0,
  afterFirst: () => 1,
  afterThree: () => 3,
  afterQuarter: (tokens) => Math.ceil(tokens / 4),
};

export const gold: Measurement = {
  kind: 'measurement',
  tier: 'quick',
  items: (example) => [
    { prompt: { chat: { messages: [...conversationOf(example)] } }, completion: example.answer },
  ],
  figures(scores) {
    const { tokenLogProbs } = first(scores);
    return Object.fromEntries(
      Object.entries(given).flatMap(([name, count]) => {
        const value = probability(tokenLogProbs.slice(count(tokenLogProbs.length)));
        return value === undefined ? [] : [[name, value]];
      }),
    );
  },
};
