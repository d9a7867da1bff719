// A report's summary, from its rows.

import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { Figures, FigureValue, SetName } from './metrics/metric.js';
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

const figuresOf = (row: ReportRow): Figures =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => isFigure(value))) as Figures;

const isFigure = (value: unknown): value is FigureValue =>
  typeof value === 'number' || typeof value === 'boolean' || value === null;
