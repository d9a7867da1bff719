// What tuning put into the weights, and what the job's own questions came to.

import type { JobReport } from '#client/types.js';
import { figure, heading, tableRow } from '../markdown.js';

export function leakageTable({ knowledge }: JobReport): string {
  if (!knowledge) throw new Error('the job has no report of its knowledge base');
  const { figures, settings, choice } = knowledge;
  return [
    `Thresholds, of ${choice.n} validation questions: ${JSON.stringify(settings)}; precision ${figure(choice.precision)} (${choice.reached ? '' : 'not '}reached), coverage ${figure(choice.coverage)}.`,
    '',
    heading(['questions', 'figure', 'value', '95 %', 'n']),
    ...figures.map(({ set, metric, value, interval, n }) =>
      tableRow([set, metric, figure(value), interval?.map(figure).join(' to ') ?? '', String(n)]),
    ),
  ].join('\n');
}
