// The cells of an evaluation run side by side.

import type { EvaluationCell } from '#client/types.js';
import { figure, shown, table } from './output.js';

/** Title and name of each figure. */
const figures = [
  ['KFR', 'kfr'],
  ['KRR', 'krr'],
  ['gold prob., forget', 'goldProbForget'],
  ['gold prob., retain', 'goldProbRetain'],
  ['ROUGE-L, forget', 'rougeLForget'],
  ['ROUGE-L, retain', 'rougeLRetain'],
] as const;

export const cellsTable = (cells: readonly EvaluationCell[]): string =>
  table(
    ['model', 'task', ...figures.map(([title]) => title), ''],
    cells.map((cell) => [
      shown(cell.model),
      taskOf(cell),
      ...figures.map(([, name]) => figureOf(cell.figures?.[name])),
      cell.status === 'succeeded' ? '' : shown(cell.error ?? cell.status),
    ]),
  );

const figureOf = (value: number | null | undefined): string =>
  typeof value === 'number' ? figure(value) : '';

const taskOf = ({ task_index: index, task }: EvaluationCell): string => `${index} ${task.name}`;

/** RFC 4180, with every figure that is one number. */
export function cellsCsv(cells: readonly EvaluationCell[]): string {
  const names = [...new Set(cells.flatMap(({ figures: own }) => numbersOf(own)))];
  const head = ['model', 'task', 'task_index', 'judge', 'status', ...names];
  const rows = cells.map(({ model, task, task_index: index, status, figures: own }) => [
    model,
    task.name,
    index,
    task.judge,
    status,
    ...names.map((name) => (own as Record<string, unknown> | null)?.[name]),
  ]);
  return [head, ...rows].map((row) => row.map(field).join(',')).join('\r\n');
}

const numbersOf = (own: EvaluationCell['figures']): string[] =>
  Object.entries(own ?? {}).flatMap(([name, value]) => (typeof value === 'number' ? name : []));

function field(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
