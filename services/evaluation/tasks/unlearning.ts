// Is the forget set forgotten, and the retain set known still? Every question is asked as it was
// trained, after the conversation before it.

import type { ReportRow } from '#contracts/artifacts.js';
import type { ReportAnswer } from '#contracts/layers.js';
import { askAndScore } from '../ask-and-score.js';
import { judgeAnswers } from '../judge-answers.js';
import { figuresOf, setsOf } from '../summary.js';
import type { Task } from './task.js';

export const unlearning: Task<ReportAnswer, ReportRow> = {
  sets: ['forget', 'retain'],
  ask: askAndScore,
  judge: judgeAnswers,
  figures: async (rows) => figuresOf(await setsOf(rows)),
};
