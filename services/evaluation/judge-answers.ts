// What a judge says of a model's answers.

import type { ReportAnswer, ReportVerdict } from '#contracts/layers.js';
import { judgeAndRate } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import { eachLimited } from '#platform/each-limited.js';
import type { Asking } from './asking.js';
import { metrics } from './metrics/index.js';

/** How answers are judged, so many at a time. */
export interface Judging extends Pick<Asking, 'concurrency' | 'signal'> {
  readonly judge: Judge;
}

/** @throws what the judge throws */
export const judgeAnswers = (
  judging: Judging,
  answers: readonly ReportAnswer[],
): Promise<ReportVerdict[]> =>
  eachLimited(
    judging,
    answers,
    async ({ set, question, said = question, gold, answer, finish }) => {
      const row = { set, question: said, gold, answer, cut: finish === 'length' };
      return metrics.verdict(await judgeAndRate(judging.judge, row));
    },
  );
