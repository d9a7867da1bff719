// One probe of an audit, of any model.

import type { AuditRow, Membership, ProbeRow } from '#contracts/audit.js';
import type { Figure } from '#contracts/cells.js';
import type { ProbeAnswer } from '#contracts/layers.js';
import { isAttack, membersOf, type ProbeName } from '#contracts/probes.js';
import { askProbes } from '../audit/ask-probes.js';
import { figuresOf } from '../audit/findings.js';
import { judgeProbes } from '../audit/judge-probes.js';
import { Tally } from '../audit/tally.js';
import type { Task } from './task.js';

/** What an audit would find in a model that it asks alone. */
const role = 'after';

export const probe = (name: ProbeName): Task<ProbeAnswer, ProbeRow> => ({
  // What tells the forget set from its holdout is asked of both.
  sets: membersOf(name) ? ['forget', 'holdout'] : ['forget'],
  ask: async (inference, exam, examples, from) => {
    const around = await exam.around();
    const probed = exam.set === 'forget' ? (membersOf(name) ?? name) : name;
    return askProbes(inference, { ...exam, around }, [probed], examples, from);
  },
  ...(isAttack(name) ? { judge: judgeProbes } : {}),
  figures: async (rows) => {
    const { tasks, measurements, membership } = figuresOf(await Tally.of(asked(rows)));
    const own = measurements.filter((one) => one.probe === name);
    return [
      ...tasks.flatMap(({ leaks, of, unjudged, interval }): Figure[] => [
        { metric: 'leakShare', value: of > 0 ? leaks / of : null, interval, n: of },
        { metric: 'unjudged', value: unjudged, interval: null, n: of + unjudged },
      ]),
      ...tellingOf(membership),
      ...own.map(({ figure, after, interval, n }): Figure => ({
        metric: figure,
        value: after,
        interval,
        n,
      })),
    ];
  },
});

/** AUC by score: .5 where it tells nothing, as of a model that saw neither. */
const tellingOf = (membership: Membership | null): Figure[] =>
  (membership?.scores ?? []).map(({ score, after, interval }) => ({
    metric: `${score}Auc`,
    value: after,
    interval,
    n: (membership?.forget ?? 0) + (membership?.holdout ?? 0),
  }));

async function* asked(rows: AsyncIterable<ProbeRow>): AsyncGenerator<AuditRow> {
  for await (const row of rows) yield { ...row, role };
}
