// What the judge finds in an answer, and the shares of what is forgotten and retained among the rows
// that can be judged.

import { type Summary, unjudgedReasons } from '#contracts/artifacts.js';
import { wilson } from '#metrics/intervals.js';
import type { JudgedAnswer } from '#metrics/judge-answer.js';
import { ratio } from '#metrics/knowledge.js';
import type { Figures, SetMetric, VerdictMetric } from './metric.js';

export const knowledge: VerdictMetric<keyof JudgedAnswer> &
  SetMetric<'kfr' | 'krr' | 'kfrInterval' | 'krrInterval' | 'unjudgedForget' | 'unjudgedRetain'> = {
  verdict: ({ judged }) => judged,
  summary: ({ forget, retain }) => {
    const [forgotten, retained] = [verdictsOf(forget), verdictsOf(retain)];
    return {
      kfr: ratio(forgotten),
      krr: ratio(retained),
      kfrInterval: intervalOf(forgotten),
      krrInterval: intervalOf(retained),
      unjudgedForget: unjudgedOf(forget),
      unjudgedRetain: unjudgedOf(retain),
    };
  },
};

const verdictsOf = (rows: readonly Figures[]): boolean[] =>
  rows.flatMap(({ verdict }) => verdict ?? []);

const intervalOf = (verdicts: readonly boolean[]): [number, number] =>
  wilson(verdicts.filter(Boolean).length, verdicts.length);

const unjudgedOf = (rows: readonly Figures[]): NonNullable<Summary['unjudgedForget']> =>
  Object.fromEntries(
    unjudgedReasons.map((reason) => [
      reason,
      rows.filter(({ unjudged }) => unjudged === reason).length,
    ]),
  ) as NonNullable<Summary['unjudgedForget']>;
