// What the judge finds in an answer, and the shares of what is forgotten and retained.

import type { JudgedAnswer } from '#metrics/judge-answer.js';
import { ratio } from '#metrics/knowledge.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const knowledge: RowMetric<keyof JudgedAnswer> & SetMetric<'kfr' | 'krr'> = {
  row: ({ judged }) => judged,
  summary: ({ forget, retain }) => ({ kfr: ratioOf(forget), krr: ratioOf(retain) }),
};

const ratioOf = (rows: readonly Figures[]): number => ratio(rows.map(({ verdict }) => verdict));
