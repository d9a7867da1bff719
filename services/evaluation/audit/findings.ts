// An audit's figures, from its tally.

import {
  type Audit,
  type AuditTask,
  type ProbeName,
  probeNames,
  type StretchName,
  stretchNames,
} from '#contracts/audit.js';
import { wilson } from '#metrics/intervals.js';
import { probes } from './probes/index.js';
import { type Known, residualKnowledge } from './residual-knowledge.js';
import { either, type Leaks, type Tally } from './tally.js';

export type AuditFigures = Pick<Audit, 'tasks' | 'residualKnowledge' | 'kfrUnderAttack'>;

export function figuresOf(tally: Tally): AuditFigures {
  return {
    tasks: probeNames.filter((name) => tally.leaks(name, 'after').size > 0).map(taskOf(tally)),
    residualKnowledge: residualsOf(tally),
    kfrUnderAttack: kfrUnderAttack(tally),
  };
}

const taskOf =
  (tally: Tally) =>
  (name: ProbeName): AuditTask => {
    const { leaks, of, unjudged } = countsOf(tally.leaks(name, 'after'));
    const others = (['reference', 'before'] as const).map((role) => {
      const known = countsOf(tally.leaks(name, role));
      return [role, known.of > 0 ? known.leaks : null] as const;
    });
    const interval = of > 0 ? wilson(leaks, of) : null;
    return { name, leaks, of, unjudged, interval, ...Object.fromEntries(others) } as AuditTask;
  };

interface Counts {
  readonly leaks: number;
  /** Judged. */
  readonly of: number;
  readonly unjudged: number;
}

function countsOf(leaks: Leaks): Counts {
  const verdicts = [...leaks.values()];
  const unjudged = verdicts.filter((leak) => leak === null).length;
  return {
    leaks: verdicts.filter((leak) => leak === true).length,
    of: verdicts.length - unjudged,
    unjudged,
  };
}

/** Each question with the worst that came of it. */
function opened(tally: Tally, role: 'after' | 'reference'): Leaks {
  const worst = new Map<number, boolean | null>();
  for (const name of probeNames)
    if (probes[name].kind === 'attack')
      for (const [index, leak] of tally.leaks(name, role))
        worst.set(index, either(worst.get(index), leak));
  return worst;
}

function kfrUnderAttack(tally: Tally): Audit['kfrUnderAttack'] {
  const { leaks, of } = countsOf(opened(tally, 'after'));
  if (of === 0) return null;
  const reference = countsOf(opened(tally, 'reference'));
  return {
    share: (of - leaks) / of,
    of,
    interval: wilson(of - leaks, of),
    reference: reference.of > 0 ? (reference.of - reference.leaks) / reference.of : null,
  };
}

function residualsOf(tally: Tally): Audit['residualKnowledge'] {
  const entries = stretchNames.map((name) => [name, residualKnowledge(knownOf(tally, name))]);
  return Object.fromEntries(entries) as Audit['residualKnowledge'];
}

/** Questions whose answer has tokens left behind those that are given. */
function knownOf(tally: Tally, name: StretchName): Known[] {
  const [before, reference] = [tally.figures('gold', 'before'), tally.figures('gold', 'reference')];
  return [...tally.figures('gold', 'after')].flatMap(([index, { [name]: after }]) => {
    const known = before.get(index)?.[name];
    if (after === undefined || known === undefined) return [];
    return [{ after, before: known, reference: reference.get(index)?.[name] ?? 0 }];
  });
}
