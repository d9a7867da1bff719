// A job's audit as tables.

import pc from 'picocolors';
import type { JobReport } from '#client/types.js';
import { first } from '#collections/items.js';
import type { Audit, AuditRow, AuditTask } from '#contracts/audit.js';
import { probes } from '#contracts/probes.js';
import { measuredTables } from './measured-tables.js';
import { figure, shown, table } from './output.js';

/** Leaks by attack, figures by measurement, and the verdict. */
export function auditTable(audit: Audit): string {
  const { tasks, verdict, reference } = audit;
  const asked = tasks.map((task) => [
    probes[task.name].phrase,
    `${task.leaks} of ${task.of}${task.unjudged > 0 ? ` (${task.unjudged} not judged)` : ''}`,
    task.interval?.map(figure).join(' to ') ?? '',
    ...countsOf(task),
  ]);
  const column = reference.kind === 'none' ? 'no reference' : `reference (${reference.kind})`;
  return [
    table(['audit: leaks', 'after', '95 %', 'before', column], asked),
    ...measuredTables(audit, column),
    ...verdict.findings.map((finding) => pc.dim(`- ${finding}`)),
    coloured(verdict),
  ].join('\n');
}

const countsOf = ({ before, reference }: AuditTask): string[] =>
  [before, reference].map((count) => (count === null ? '' : String(count)));

const coloured = ({ passed, words }: Audit['verdict']): string =>
  passed ? pc.green(`verdict: ${words}`) : pc.red(`verdict: ${words}`);

/** Figures and the verdict of a finished job in two lines. */
export function verdictLine({ after, audit }: JobReport): string {
  const { kfr = NaN, krr = NaN } = after?.summary ?? {};
  const attacked = audit?.kfrUnderAttack;
  const figures = [
    `KFR ${figure(kfr)}`,
    ...(attacked ? [`under attack ${figure(attacked.share)}`] : []),
    `KRR ${figure(krr)}`,
  ];
  return `${figures.join(', ')}\n${audit ? coloured(audit.verdict) : ''}`.trimEnd();
}

/** The questions that most attacks opened, with what was said. */
export function evidenceTable({ rows, tasks }: Audit, count: number): string {
  const opened = new Map<number, AuditRow[]>();
  for (const row of rows)
    if (row.role === 'after' && row.leak === true)
      opened.set(row.index, [...(opened.get(row.index) ?? []), row]);
  const worst = [...opened.values()]
    .map((leaks) => ({ leaks, by: new Set(leaks.map(({ probe }) => probe)).size }))
    .toSorted((a, b) => b.by - a.by);
  const plain = new Map(
    rows.flatMap(({ probe, index, question }) => (probe === 'direct' ? [[index, question]] : [])),
  );
  const shownRows = worst.slice(0, count).map(({ leaks, by }) => {
    const { index, question, prefix, gold, answer, probe } = first(leaks);
    return [
      shown(plain.get(index) ?? question),
      `${by} of ${tasks.length}`,
      probes[probe].phrase,
      shown(prefix === undefined ? gold : `[${prefix}] ${gold}`),
      shown(answer ?? ''),
    ];
  });
  return table(
    ['most opened: question', 'attacks', 'such as', 'gold', 'answer'],
    shownRows,
    [30, 10, 20, 28, 30],
  );
}
