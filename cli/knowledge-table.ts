// How questions are answered from a knowledge base, as tables.

import pc from 'picocolors';
import { spread } from '#collections/spread.js';
import type { KnowledgeReport } from '#contracts/knowledge-report.js';
import { figure, shown, table } from './output.js';

/** Figures of the test questions, and the settings that were chosen. */
export function knowledgeTable({ figures, settings, choice }: KnowledgeReport): string {
  const rows = figures.map(({ set, metric, value, interval, n }) => [
    set,
    metric,
    figure(value),
    interval?.map(figure).join(' to ') ?? '',
    String(n),
  ]);
  const chosen = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const { wanted, reached, precision, answered, coverage, n } = choice;
  return [
    table(['questions', 'answers from the base', 'value', '95 %', 'of'], rows),
    `chosen on ${n} other questions: ${chosen.join(', ')}`,
    pc.dim(
      `there ${figure(precision)}${within(choice.precision_interval)} of the ${answered} answers are right (${figure(wanted)} ${reached ? 'is reached' : 'is not reached'}), and ${figure(coverage)}${within(choice.coverage_interval)} of what has an answer is answered`,
    ),
    triedTable(choice.tried),
  ].join('\n');
}

const within = (interval: readonly number[] | null): string =>
  interval ? ` (${interval.map(figure).join(' to ')})` : '';

/** Each weight at the thresholds that fit it best. */
function triedTable(tried: KnowledgeReport['choice']['tried']): string {
  const rows = tried.map((one) => [
    String(one.retriever_weight),
    figure(one.min_mass),
    figure(one.margin),
    String(one.answered),
    `${figure(one.precision)}${within(one.precision_interval)}`,
    `${figure(one.coverage)}${within(one.coverage_interval)}`,
  ]);
  return table(['weight', 'min_mass', 'margin', 'answers', 'right', 'coverage'], rows);
}

export function knowledgeRowsTable({ rows }: KnowledgeReport, count: number): string {
  const some = spread(rows, count).map(({ split, question, status, text, gold }) => [
    split,
    shown(question),
    status,
    shown(text),
    shown(gold),
  ]);
  return table(['questions', 'question', 'status', 'answer', 'row'], some);
}
