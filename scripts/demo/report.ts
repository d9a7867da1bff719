// The demo's result as a file for machines.

import type { JobReport } from '#client/types.js';
import type { Summary } from '#contracts/artifacts.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';

const figures = ['kfr', 'krr', 'lsForget', 'lsRetain', 'rougeLForget', 'rougeLRetain'] as const;

function pick(summary: Summary): Pick<Summary, (typeof figures)[number]> {
  return Object.fromEntries(figures.map((key) => [key, summary[key]])) as Pick<
    Summary,
    (typeof figures)[number]
  >;
}

/** Writes `{before, after, audit, seconds, model}`; seconds by stage. */
export function saveReport(path: string, report: JobReport, model: string): void {
  const { verdict, tasks, residualKnowledge, kfrUnderAttack } = report.audit!;
  const content = {
    before: pick(report.before!.summary),
    after: pick(report.after!.summary),
    audit: {
      verdict,
      tasks: tasks.map(({ name, leaks, of, reference }) => ({ name, leaks, of, reference })),
      residualKnowledge,
      kfrUnderAttack,
    },
    seconds: report.seconds,
    model,
  };
  writeFileAtomic(path, `${JSON.stringify(content, null, 2)}\n`);
}
