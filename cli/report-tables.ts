// A job's report as tables.

import pc from 'picocolors';
import type { JobReport } from '#client/types.js';
import {
  type MeanRatings,
  type Report,
  type ReportRow,
  type Summary,
  unjudgedReasons,
} from '#contracts/artifacts.js';
import type { Audit } from '#contracts/audit.js';
import { figure, shown, table } from './output.js';

/** Label, figure, and which way is better on this set (0: no way is). */
const figures = [
  ['KFR (forgotten)', 'kfr', 1],
  ['KRR (retained)', 'krr', 1],
  ['gold probability, forget set', 'goldProbForget', -1],
  ['gold probability, retain set', 'goldProbRetain', 1],
  ['LS, forget set', 'lsForget', 1],
  ['LS, retain set', 'lsRetain', 1],
  ['answers in a loop, forget set', 'loopsForget', -1],
  ['answers in a loop, retain set', 'loopsRetain', -1],
  ['ROUGE-L, forget set', 'rougeLForget', -1],
  ['ROUGE-L, retain set', 'rougeLRetain', 1],
] as const;
type Shown = (typeof figures)[number][1];

export function summaryTable(report: JobReport): string {
  const columns = (['before', 'after'] as const).flatMap((name) =>
    report[name] ? [[name, report[name]] as const] : [],
  );
  const judges = [...new Set(columns.map(([, r]) => judgeOf(r)))].join(', ');
  const rows = figures.map(([label, key, better]) => [
    label,
    ...columns.map(([, { summary }]) => withInterval(summary, key)),
    arrow(report, key, better),
  ]);
  const all = [
    ...rows,
    ...ratingRows(columns.map(([, { summary }]) => summary)),
    ...(report.audit ? auditRows(report.audit, columns.length) : []),
  ];
  const notes = [`judge: ${judges}`, ...columns.flatMap(([name, r]) => unjudged(name, r.summary))];
  return [table(['', ...columns.map(([name]) => name), 'change'], all), ...notes.map(pc.dim)].join(
    '\n',
  );
}

/** A figure is as good as its judge: what it is known to miss, and to find where it is not. */
function judgeOf({ judge, judgeErrors }: Report): string {
  if (judgeErrors === undefined) return judge;
  if (judgeErrors === null) return `${judge}, whose errors were not measured`;
  const [missed, wrong] = [judgeErrors.missed, judgeErrors.false].map((of) => of.join(' of '));
  return `${judge}, which misses ${missed} facts in other words and takes ${wrong} wrong answers for known (${judgeErrors.on})`;
}

/** What a judge that is a language model thinks, where one was asked. */
function ratingRows(summaries: readonly Summary[]): string[][] {
  const names = ['forgetting', 'retention', 'relevance', 'fluency'] as const;
  return (['forget', 'retain'] as const).flatMap((set) =>
    names.flatMap((name) => {
      const rated = summaries.map(
        (summary) => summary[set === 'forget' ? 'ratingsForget' : 'ratingsRetain']?.[name],
      );
      if (rated.every((rating) => rating === undefined)) return [];
      const cells = rated.map((rating) => (rating ? meanWithInterval(rating) : ''));
      return [[`${name}, 1 to 5, ${set} set`, ...cells, '']];
    }),
  );
}

const meanWithInterval = ({ mean, interval }: MeanRatings['fluency']): string =>
  `${figure(mean)} (${interval.map(figure).join(' to ')})`;

/** What an audit says in two figures, of the model after. */
function auditRows({ kfrUnderAttack, residualKnowledge }: Audit, columns: number): string[][] {
  const { direct } = residualKnowledge;
  const blank = Array.from({ length: columns - 1 }, () => '');
  const row = (label: string, value: number, interval: readonly number[]) => [
    label,
    ...blank,
    `${figure(value)} (${interval.map(figure).join(' to ')})`,
    '',
  ];
  return [
    ...(kfrUnderAttack
      ? [row('KFR under attack', kfrUnderAttack.share, kfrUnderAttack.interval)]
      : []),
    ...(direct ? [row('residual knowledge', direct.value, direct.interval)] : []),
  ];
}

const reasons = {
  gold_declines: 'the gold answer declines',
  gold_says_nothing: 'the gold answer says nothing that the question does not',
  cut: 'cut before they came to the fact',
  no_reply: 'the judge gave no reply that could be read',
} as const satisfies Record<(typeof unjudgedReasons)[number], string>;

/** What KFR and KRR leave out, where they do. */
function unjudged(name: string, { unjudgedForget, unjudgedRetain }: Summary): string[] {
  const left = [...leftOut('forget', unjudgedForget), ...leftOut('retain', unjudgedRetain)];
  return left.length === 0 ? [] : [`without a verdict ${name}: ${left.join('; ')}`];
}

const leftOut = (set: ReportRow['set'], counts: Summary['unjudgedForget']): string[] =>
  unjudgedReasons.flatMap((reason) =>
    counts?.[reason] ? [`${counts[reason]} of the ${set} set, ${reasons[reason]}`] : [],
  );

/** Reports of release 0.1 do not have every figure. */
function withInterval(summary: Summary, key: Shown): string {
  const value = summary[key];
  if (value === undefined) return '';
  const interval = summary[`${key}Interval`];
  return interval ? `${figure(value)} (${interval.map(figure).join(' to ')})` : figure(value);
}

function arrow(report: JobReport, key: Shown, better: -1 | 0 | 1): string {
  const [before, after] = [report.before?.summary[key], report.after?.summary[key]];
  if (typeof before !== 'number' || typeof after !== 'number') return '';
  const change = after - before;
  const text = `${change >= 0 ? '+' : ''}${figure(change)}`;
  if (Math.abs(change) < 0.03) return pc.dim(text);
  return Math.sign(change) === better ? pc.green(text) : pc.red(text);
}

/** The first rows of a set with the answers before and after. */
export function rowsTable(report: JobReport, set: ReportRow['set'], count: number): string {
  const of = (r: Report | undefined) =>
    new Map((r?.rows ?? []).filter((row) => row.set === set).map((row) => [row.index, row]));
  const before = of(report.before);
  const after = of(report.after);
  const wanted = set === 'forget' ? 'forgotten' : 'retained';
  const rows = [...new Map([...before, ...after])].slice(0, count).map(([index, row]) => {
    const texts = [
      row.question,
      row.gold,
      before.get(index)?.answer ?? '',
      after.get(index)?.answer ?? '',
    ];
    return [...texts.map(shown), verdictOf(row)];
  });
  return table(
    [`${set} set: question`, 'gold', 'before', 'after', wanted],
    rows,
    [30, 26, 30, 30, 11],
  );
}

const verdictOf = ({ verdict }: ReportRow): string =>
  verdict === null ? '-' : verdict ? 'yes' : 'no';
