// An audit's figures, from its tally.

import { type Audit, type AuditTask, type ResidualName, residualNames } from '#contracts/audit.js';
import { type AttackName, attackNames, changeOf, measurementNames } from '#contracts/probes.js';
import { type Interval, wilson } from '#metrics/intervals.js';
import { depthOf, unlearningDepthOf } from './depth.js';
import { type Counted, measuredOf } from './measured.js';
import { membershipOf } from './membership.js';
import { pairedDifference, type Values } from './paired.js';
import { type Known, residualKnowledge } from './residual-knowledge.js';
import { either, type Leaks, type Tally } from './tally.js';
import { truthOf } from './truth.js';

export type AuditFigures = Pick<
  Audit,
  | 'residualKnowledge'
  | 'kfrUnderAttack'
  | 'measurements'
  | 'membership'
  | 'truth'
  | 'depth'
  | 'unlearningDepth'
> & { readonly tasks: readonly Compared[] };
type CountedFigures = Omit<AuditFigures, 'measurements'> & { readonly measurements: Counted[] };

/** A task, and by how much its share of leaks exceeds the reference's. */
export interface Compared extends AuditTask {
  /** Paired by question, at 95 %; null where there is no reference. */
  readonly excess: Interval | null;
}

const measuredNames = [...measurementNames, 'samples'] as const;

export function figuresOf(tally: Tally): CountedFigures {
  return {
    tasks: attackNames.flatMap((name) => taskOf(tally, name)),
    residualKnowledge: residualsOf(tally),
    kfrUnderAttack: kfrUnderAttack(tally),
    measurements: measuredNames.flatMap((name) => measuredOf(tally, name)),
    membership: membershipOf(tally),
    truth: truthOf(tally),
    depth: depthOf(tally),
    unlearningDepth: unlearningDepthOf(tally),
  };
}

/** None where no question lent itself to the attack. */
function taskOf(tally: Tally, name: AttackName): Compared[] {
  const [after, reference] = [tally.leaks(name, 'after'), tally.leaks(name, 'reference')];
  if (after.size === 0) return [];
  const { leaks, of, unjudged } = countsOf(after);
  return [
    {
      name,
      leaks,
      of,
      unjudged,
      interval: of > 0 ? wilson(leaks, of) : null,
      reference: leaksOf(reference),
      before: leaksOf(tally.leaks(name, 'before')),
      excess: pairedDifference(judged(after), judged(reference)),
    },
  ];
}

const leaksOf = (known: Leaks): number | null => {
  const { leaks, of } = countsOf(known);
  return of > 0 ? leaks : null;
};

/** 1 for a leak, 0 for none; none of what was not judged. */
const judged = (leaks: Leaks): Values =>
  new Map(
    [...leaks].flatMap(([index, leak]) => (leak === null ? [] : [[index, Number(leak)] as const])),
  );

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

/** Each question with the worst that came of it, of the model as it is. */
function opened(tally: Tally, role: 'after' | 'reference'): Leaks {
  const worst = new Map<number, boolean | null>();
  for (const name of attackNames.filter((one) => !changeOf(one)))
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
  const entries = residualNames.map((name) => [name, residualKnowledge(knownOf(tally, name))]);
  return Object.fromEntries(entries) as Audit['residualKnowledge'];
}

/** Questions whose answer has tokens left behind those that are given. */
function knownOf(tally: Tally, name: ResidualName): Known[] {
  const [probe, figure] =
    name === 'withoutBreakOff' ? (['break-off', 'held'] as const) : (['gold', name] as const);
  const before = tally.figures(probe, 'before');
  const reference = tally.figures(probe, 'reference');
  return [...tally.figures(probe, 'after')].flatMap(([index, { [figure]: after }]) => {
    const [known, other] = [before.get(index)?.[figure], reference.get(index)?.[figure]];
    if (after === undefined || known === undefined) return [];
    if (reference.size > 0 && other === undefined) return [];
    return [{ after, before: known, reference: other ?? 0 }];
  });
}
