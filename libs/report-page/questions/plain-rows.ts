// Of a job that was not audited: what the reports have of the forget set, as an audit would have it.

import type { AuditRow } from '#contracts/audit.js';
import type { PageInput } from '../report.js';

export async function* plainRows({
  before,
  after,
}: PageInput): AsyncGenerator<AuditRow, void, void> {
  for (const [role, report] of [
    ['after', after],
    ['before', before],
  ] as const)
    for await (const { set, index, question, gold, answer, verdict } of report?.rows() ?? []) {
      const leak = verdict === null ? null : !verdict;
      if (set === 'forget')
        yield { probe: 'direct', role, index, question, gold, answer, leak, figures: {} };
    }
}
