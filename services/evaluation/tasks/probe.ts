// One probe of an audit, of any model.

import type { AuditRow, ProbeRow } from '#contracts/audit.js';
import type { Figure } from '#contracts/cells.js';
import type { ProbeAnswer } from '#contracts/layers.js';
import { isAttack, type ProbeName } from '#contracts/probes.js';
import { askProbes } from '../audit/ask-probes.js';
import { figuresOf } from '../audit/findings.js';
import { judgeProbes } from '../audit/judge-probes.js';
import { Tally } from '../audit/tally.js';
import type { Task } from './task.js';

/** What an audit would find in a model that it asks alone. */
const role = 'after';

export const probe = (name: ProbeName): Task<ProbeAnswer, ProbeRow> => ({
  sets: ['forget'],
  ask: async (inference, exam, examples, from) => {
    const around = await exam.around();
    return askProbes(inference, { ...exam, around }, [name], examples, from);
  },
  ...(isAttack(name) ? { judge: judgeProbes } : {}),
  figures: async (rows) => {
    const { tasks, measurements } = figuresOf(await Tally.of(asked(rows)));
    return [
      ...tasks.flatMap(({ leaks, of, unjudged, interval }): Figure[] => [
        { metric: 'leakShare', value: of > 0 ? leaks / of : null, interval, n: of },
        { metric: 'unjudged', value: unjudged, interval: null, n: of + unjudged },
      ]),
      ...measurements.map(({ figure, after, interval, n }): Figure => ({
        metric: figure,
        value: after,
        interval,
        n,
      })),
    ];
  },
});

async function* asked(rows: AsyncIterable<ProbeRow>): AsyncGenerator<AuditRow> {
  for await (const row of rows) yield { ...row, role };
}
