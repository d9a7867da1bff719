// What the judge finds in an answer, and the shares of what is forgotten and retained.

import { wilson } from '#metrics/intervals.js';
import type { JudgedAnswer } from '#metrics/judge-answer.js';
import { ratio } from '#metrics/knowledge.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const knowledge: RowMetric<keyof JudgedAnswer> &
  SetMetric<'kfr' | 'krr' | 'kfrInterval' | 'krrInterval'> = {
  row: ({ judged }) => judged,
  summary: ({ forget, retain }) => ({
    kfr: ratio(verdictsOf(forget)),
    krr: ratio(verdictsOf(retain)),
    kfrInterval: intervalOf(verdictsOf(forget)),
    krrInterval: intervalOf(verdictsOf(retain)),
  }),
};

const verdictsOf = (rows: readonly Figures[]): boolean[] => rows.map(({ verdict }) => verdict);

const intervalOf = (verdicts: readonly boolean[]): [number, number] =>
  wilson(verdicts.filter(Boolean).length, verdicts.length);
