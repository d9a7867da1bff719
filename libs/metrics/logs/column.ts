// One score of a metric of open-unlearning's: `{value_by_index: {question: {score}}}`.

import { mean } from '../statistics.js';
import type { LogReader } from './log-reader.js';

/**
 * By question: its numbers, where it has a list the whole of it. A question that could not be scored
 * is null there, and left out.
 * @throws LogFormatError
 */
export function column(metric: LogReader, score: string): Map<string, number[]> {
  const entries = metric.at('value_by_index');
  const scored = entries.indices().flatMap((index) => {
    const entry = entries.at(index);
    if (entry.isNull || entry.at(score).isNull) return [];
    return [[index, entry.at(score).numbers()] as const];
  });
  return new Map(scored);
}

/** The mean of each question's numbers. */
export const columnMeans = (metric: LogReader, score: string): number[] =>
  [...column(metric, score).values()].map(mean);
