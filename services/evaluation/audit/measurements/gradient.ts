// By how much the gold answer would move the weights, were the model trained on it: what it was taught
// moves it less.

import { first } from '#collections/items.js';
import type { Measurement } from '../probe.js';
import { gold } from './gold.js';

export const gradient: Measurement = {
  scoring: { gradient: true },
  items: (example, around) => gold.items(example, around),
  // Inference of an earlier release tells none.
  figures: (scores) => ({ gradientNorm: first(scores).gradientNorm || undefined }),
};
