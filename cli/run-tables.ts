// The cells of an evaluation run side by side: a table per task, a line per model.

import type { EvaluationCell } from '#client/types.js';
import { first, item } from '#collections/items.js';
import { decodingWords } from '#contracts/decoding.js';
import { figure, shown, table } from './output.js';

/** Of tasks that have more figures than a line holds. */
const headlines: Readonly<Record<string, readonly string[]>> = {
  unlearning: ['kfr', 'krr', 'goldProbForget', 'goldProbRetain', 'rougeLForget', 'rougeLRetain'],
};

export function cellsTables(cells: readonly EvaluationCell[]): string {
  const tasks = new Set(cells.map(({ task_index: index }) => index));
  return [...tasks]
    .map((task) => taskTable(cells.filter(({ task_index: index }) => index === task)))
    .join('\n');
}

/** @param cells of one task, at least one. */
function taskTable(cells: readonly EvaluationCell[]): string {
  const { task_index: index, task } = first(cells);
  const metrics = headlines[task.name] ?? metricsOf(cells);
  const lines = cells.map((cell) => [
    shown(cell.model),
    ...metrics.map((metric) => figureOf(cell, metric)),
  ]);
  const head = [titleOf(index, task), ...metrics];
  if (cells.every(({ status }) => status === 'succeeded')) return table(head, lines);
  const states = cells.map(({ status, error }) =>
    status === 'succeeded' ? '' : shown(error ?? status),
  );
  return table(
    [...head, 'status'],
    lines.map((line, i) => [...line, item(states, i)]),
  );
}

const titleOf = (index: number, { name, decoding }: EvaluationCell['task']): string =>
  [`${index} ${name}`, ...(decoding ? [decodingWords(decoding)] : [])].join(': ');

const metricsOf = (cells: readonly EvaluationCell[]): string[] => [
  ...new Set(cells.flatMap(({ figures }) => (figures ?? []).map(({ metric }) => metric))),
];

function figureOf({ figures }: EvaluationCell, metric: string): string {
  const found = figures?.find((one) => one.metric === metric);
  if (!found) return '';
  const { value, interval } = found;
  if (!interval) return value === null || !Number.isInteger(value) ? figure(value) : `${value}`;
  const [lower, upper] = interval.map(figure);
  return `${figure(value)} [${lower}, ${upper}]`;
}
