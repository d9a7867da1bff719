// MUSE's verbatim memorization (arXiv 2407.06460): how a passage goes on after its beginning.

import { questionOf } from '#contracts/examples.js';
import type { Benchmark } from './benchmark.js';

export const museVerbmem: Benchmark = {
  prompt: (example) => questionOf(example),
  stop: [],
  cutsGold: true,
};
