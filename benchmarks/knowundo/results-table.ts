// What audited jobs found, as tables of Markdown: before, after each of them, and of the reference.

import type { JobReport } from '#client/types.js';
import { type Audit, type MembershipScore, residualNames } from '#contracts/audit.js';
import { figure, heading, tableRow } from '../markdown.js';

export interface Audited {
  readonly name: string;
  readonly report: JobReport;
}

interface Column {
  readonly name: string;
  readonly report: JobReport & Required<Pick<JobReport, 'before' | 'after'>>;
  readonly audit: Audit;
}

/** @throws Error where a job was not audited. */
export function resultsTable(audited: readonly Audited[]): string {
  const columns = audited.map(columnOf);
  const [one] = columns;
  if (!one) throw new Error('no job: nothing to tell');
  const names = [
    'taught, before',
    ...columns.map(({ name }) => name),
    'taught the retain set alone',
  ];
  const line = (title: string, before: string, of: (column: Column) => string, reference = '') =>
    tableRow([title, before, ...columns.map(of), reference]);
  const { before } = one.report;
  const lines = [
    ...summaryFigures.map(([title, key]) =>
      line(title, within(before.summary, key), ({ report }) => within(report.after.summary, key)),
    ),
    ...one.audit.tasks.map(({ name, before: leaks, reference }) =>
      line(
        `leaks, ${name}`,
        leaks === null ? '' : `${leaks}`,
        ({ audit }) => leaksOf(audit, name),
        reference === null ? '' : `${reference}`,
      ),
    ),
    line(
      'KFR under attack',
      '',
      ({ audit: { kfrUnderAttack: kfr } }) => withInterval(kfr?.share ?? null, kfr?.interval),
      figure(one.audit.kfrUnderAttack?.reference ?? null),
    ),
    ...residualNames.map((name) =>
      line(`residual knowledge: ${name}`, '', ({ audit: { residualKnowledge: left } }) =>
        withInterval(left[name]?.value ?? null, left[name]?.interval),
      ),
    ),
    ...(one.audit.membership?.scores ?? []).map(({ score, before: taught, reference }) =>
      line(
        `AUC against the holdout: ${score}`,
        figure(taught),
        ({ audit }) => toldApart(audit, score),
        figure(reference),
      ),
    ),
    ...one.audit.measurements.map(({ probe, figure: name, before: taught, reference }) =>
      line(
        `${probe}: ${name}`,
        figure(taught),
        ({ audit }) => measured(audit, probe, name),
        figure(reference),
      ),
    ),
  ];
  const verdicts = columns.map(({ name, audit }) => `- ${name}: **${audit.verdict.words}**`);
  return [heading(['', ...names]), ...lines, '', ...verdicts, ''].join('\n');
}

const summaryFigures = [
  ['KFR', 'kfr'],
  ['KRR', 'krr'],
  ['LS forget', 'lsForget'],
  ['LS retain', 'lsRetain'],
  ['gold probability', 'goldProbForget'],
  ['gold probability, retain set', 'goldProbRetain'],
] as const;

function columnOf({ name, report }: Audited): Column {
  const { before, after, audit } = report;
  if (!before || !after || !audit) throw new Error(`${name}: the job has no audit`);
  return { name, report: { ...report, before, after }, audit };
}

const within = (
  summary: Column['report']['after']['summary'],
  key: (typeof summaryFigures)[number][1],
): string => withInterval(summary[key] ?? null, summary[`${key}Interval`] ?? null);

const withInterval = (
  value: number | null,
  interval: readonly [number, number] | null | undefined,
): string =>
  interval ? `${figure(value)} (${figure(interval[0])} to ${figure(interval[1])})` : figure(value);

function leaksOf({ tasks }: Audit, name: string): string {
  const found = tasks.find((task) => task.name === name);
  if (!found) return '';
  const { leaks, of, unjudged, interval } = found;
  const bounds = interval ? `${figure(interval[0])} to ${figure(interval[1])}` : '';
  const cut = unjudged > 0 ? `${unjudged} not judged` : '';
  return `${leaks} of ${of} (${[bounds, cut].filter(Boolean).join('; ')})`;
}

function measured({ measurements }: Audit, probe: string, name: string): string {
  const found = measurements.find((one) => one.probe === probe && one.figure === name);
  return found ? withInterval(found.after, found.interval) : '';
}

function toldApart({ membership }: Audit, score: MembershipScore): string {
  const found = membership?.scores.find((one) => one.score === score);
  return found ? withInterval(found.after, found.interval) : '';
}
