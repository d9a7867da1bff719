// TOFU's figures of several models as a table of Markdown, beside those of open-unlearning's models.

import { readFileSync } from 'node:fs';
import { tofuReport } from '#metrics/tofu/report.js';
import type { TofuLogs } from '#metrics/tofu/scores.js';
import { sharedData } from '#testing/shared-data.js';
import { figure, heading, tableRow } from '../markdown.js';

const columns = [
  'Forget Quality',
  'Model Utility',
  ...['Forget', 'Retain', 'Real Authors', 'Real World'].flatMap((set) =>
    ['Prob.', 'ROUGE', 'Truth Ratio'].map((part) => `${part} ${set}`),
  ),
];

/** @param models by name; of the retain model, `retain`, forget quality is not told. */
export function tofuTable(models: readonly (readonly [string, TofuLogs])[]): string {
  const retain = models.find(([name]) => name === 'retain')?.[1];
  const rows = models.map(([name, logs]) => {
    const report = tofuReport(logs, name === 'retain' ? undefined : retain);
    return tableRow([name, ...columns.map((column) => told(report[column]))]);
  });
  return [heading(['model', ...columns]), ...rows, ...published()].join('\n');
}

const told = (value: number | undefined): string =>
  value !== undefined && value !== 0 && Math.abs(value) < 5e-4
    ? value.toExponential(1)
    : figure(value ?? null);

/** Of open-unlearning's summaries where they lie beside the checkout. */
function published(): string[] {
  const path = sharedData('unlearning-logs/open-unlearning-logs/summaries.json');
  if (!path) return [];
  const summaries = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Summary>;
  return Object.entries(summaries)
    .filter(([name]) => /forget10$|retain90$/.test(name))
    .map(([name, summary]) =>
      tableRow([
        name.replace(/^tofu_/, '').replace('/evals_forget10', ''),
        told(summary.forget_quality),
        told(summary.model_utility),
        told(summary.forget_Q_A_Prob),
        told(summary.forget_Q_A_ROUGE),
        ...columns.slice(4).map(() => ''),
      ]),
    );
}

interface Summary {
  readonly forget_quality?: number;
  readonly model_utility: number;
  readonly forget_Q_A_Prob: number;
  readonly forget_Q_A_ROUGE: number;
}
