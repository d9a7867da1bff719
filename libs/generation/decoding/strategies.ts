// The decoding strategies that there are, and which of them a request gets.

import { greedy } from './greedy.js';
import { sample } from './sample.js';
import type { Sampling, Strategy } from './strategy.js';

const strategies = { greedy, sample } satisfies Readonly<Record<string, Strategy>>;

/** Where one token alone can be drawn, none is: greedy takes it without a random number. */
const nameFor = ({ temperature, topK }: Sampling): keyof typeof strategies =>
  temperature === 0 || topK === 1 ? 'greedy' : 'sample';

export const strategyFor = (sampling: Sampling): Strategy => strategies[nameFor(sampling)];
