// Prints the tables of docs/measurements/knowundo.md from finished jobs: report.js
// relearn=ftjob-... ga=ftjob-...
// npo=ftjob-...

import type { JobReport } from '#client/types.js';
import { spread } from '#collections/spread.js';
import type { Report, ReportRow } from '#contracts/artifacts.js';
import { tenantClient } from '../../cli/context.js';
import { figure, heading, tableRow } from '../markdown.js';

const client = tenantClient({});
const jobs = await Promise.all(
  process.argv.slice(2).map(async (argument) => {
    const [name, id] = argument.split('=') as [string, string];
    return {
      name,
      report: (await client.report(id)) as Required<Pick<JobReport, 'before' | 'after'>> &
        JobReport,
    };
  }),
);
const vanilla = jobs[0]!.report.before;
const models = [
  { name: 'vanilla', report: vanilla },
  ...jobs.map(({ name, report }) => ({ name, report: report.after })),
];

const figures = ['kfr', 'krr', 'lsForget', 'lsRetain', 'rougeLForget', 'rougeLRetain'] as const;
console.log(
  heading(['model', 'KFR', 'KRR', 'LS forget', 'LS retain', 'ROUGE-L forget', 'ROUGE-L retain']),
);
for (const { name, report } of models)
  console.log(tableRow([name, ...figures.map((key) => figure(report.summary[key]))]));

const stages = ['before', 'augment', 'train', 'after'] as const;
console.log(`\n${heading(['seconds', ...stages])}`);
for (const { name, report } of jobs)
  console.log(tableRow([name, ...stages.map((stage) => (report.seconds[stage] ?? 0).toFixed(0))]));

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim() || '(nothing)';
const shorten = (text: string): string => (text.length > 240 ? `${text.slice(0, 240)}…` : text);
const answerOf = (report: Report, row: ReportRow): string =>
  shorten(
    cell(report.rows.find(({ set, index }) => set === row.set && index === row.index)!.answer),
  );

/** Answers shown of each set. */
const SHOWN = 5;
for (const set of ['forget', 'retain'] as const) {
  console.log(`\n${heading([`${set} question`, 'gold', ...models.map(({ name }) => name)])}`);
  const rows = vanilla.rows.filter((row) => row.set === set);
  for (const row of spread(rows, SHOWN)) {
    console.log(
      tableRow([
        cell(row.question),
        cell(row.gold),
        ...models.map(({ report }) => answerOf(report, row)),
      ]),
    );
  }
}
