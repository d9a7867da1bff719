// What a model can be put to when it is evaluated.

import { askedNames } from './probes.js';

/** `unlearning`: is one set forgotten, and the other known still? The others: a probe of an audit that takes no training. */
export const tasks = ['unlearning', ...askedNames] as const;
export type TaskName = (typeof tasks)[number];
