// What a model can be put to when it is evaluated.

import { probeNames } from './probes.js';

/** `unlearning`: is one set forgotten, and the other known still? The others: a probe of an audit. */
export const tasks = ['unlearning', ...probeNames] as const;
export type TaskName = (typeof tasks)[number];
