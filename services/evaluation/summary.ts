// A report's summary, from its rows.

import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { Figures, SetName } from './metrics/metric.js';
import type { Task } from './tasks/task.js';

/** @param rows at least one of each set; their figures alone are kept in memory. */
export async function summarize(
  metrics: Task['metrics'],
  rows: AsyncIterable<ReportRow> | Iterable<ReportRow>,
): Promise<Summary> {
  const sets: Record<SetName, Figures[]> = { forget: [], retain: [] };
  for await (const row of rows) sets[row.set].push(figuresOf(row));
  return metrics.summary(sets);
}

const texts: ReadonlySet<string> = new Set<keyof ReportRow>([
  'question',
  'messages',
  'gold',
  'answer',
  'goldEntities',
  'answerEntities',
]);

const figuresOf = (row: ReportRow): Figures =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !texts.has(name))) as Figures;
