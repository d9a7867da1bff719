// Is the forget set forgotten, and the retain set known still? Every question is asked as it was
// trained, after the conversation before it.

import type { ReportRow } from '#contracts/artifacts.js';
import { askAndScore } from '../ask-and-score.js';
import { figuresOf, setsOf } from '../summary.js';
import type { Task } from './task.js';

export const unlearning: Task<ReportRow> = {
  sets: ['forget', 'retain'],
  ask: askAndScore,
  figures: async (rows) => figuresOf(await setsOf(rows)),
};
