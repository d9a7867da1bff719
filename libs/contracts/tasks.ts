// What a model can be put to when it is evaluated.

import { askedNames, isAttack } from './probes.js';

/** `unlearning`: is one set forgotten, and the other known still? The others: a probe of an audit that takes no training. */
export const tasks = ['unlearning', ...askedNames] as const;
export type TaskName = (typeof tasks)[number];

/** Whether a model answers in its own words, which a judge reads; all else is likelihoods alone. */
export const isAnswered = (task: TaskName): boolean => task === 'unlearning' || isAttack(task);
